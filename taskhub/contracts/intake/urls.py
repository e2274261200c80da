"""Routes of the intake contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT, views

urlpatterns = [
    path("v1/tasks", views.Tasks.as_view({"get": "list", "post": "create"})),
    path("v1/tasks/<str:id>", views.OneTask.as_view({"get": "retrieve", "patch": "change"})),
    re_path(r"^v1/tasks(?:/.*)?$", unknown_route(CONTRACT)),
]
