"""Routes of the documents contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route
from taskhub.uploads import documents, takes

from . import CONTRACT
from .views import actions, exports, files, reports, tasks, uploads

BASE = "v2/<str:team_id>/project/<str:project_id>"
TASK = f"{BASE}/task/<str:task_id>"
UPLOAD = f"{BASE}/upload/<str:upload_id>"

urlpatterns = [
    path(f"{BASE}/tasks", tasks.Tasks.as_view({"get": "list"})),
    path(TASK, tasks.OneTask.as_view({"get": "retrieve"})),
    path(f"{TASK}/file", files.File.as_view({"get": "download"})),
    path(f"{TASK}/complete", actions.Actions.as_view({"post": "complete"})),
    path(f"{TASK}/discard", actions.Actions.as_view({"post": "discard", "put": "put_discard"})),
    path(f"{TASK}/unlock", actions.Actions.as_view({"post": "unlock", "put": "put_unlock"})),
    path(f"{TASK}/retry", actions.Actions.as_view({"post": "retry"})),
    path(f"{TASK}/report", reports.Reporting.as_view({"post": "report"})),
    path(f"{TASK}/reports", reports.Reports.as_view({"get": "list"})),
    path(f"{BASE}/upload", takes(documents)(uploads.Uploads.as_view({"get": "list", "post": "upload"}))),
    path(UPLOAD, takes(documents)(uploads.OneUpload.as_view({"get": "retrieve", "post": "add"}))),
    path(f"{UPLOAD}/export", exports.Export.as_view({"post": "export"})),
    re_path(r"^v2(?:/.*)?$", unknown_route(CONTRACT)),
]
