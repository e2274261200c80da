"""Routes of the worklist contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT, signin, views

TASKS = "apidev/v1/workflow/tasks"

urlpatterns = [
    path("apidev/v1/auth/login", signin.Login.as_view({"post": "login"})),
    path(TASKS, views.Tasks.as_view({"get": "list"})),
    path(f"{TASKS}/<str:id>", views.OneTask.as_view({"get": "retrieve"})),
    path(f"{TASKS}/<str:id>/complete", views.Actions.as_view({"post": "complete"})),
    path(f"{TASKS}/<str:id>/reassign", views.Actions.as_view({"post": "reassign"})),
    re_path(r"^apidev/v1(?:/.*)?$", unknown_route(CONTRACT)),
]
