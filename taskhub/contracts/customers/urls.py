"""Routes of the customers contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT, views

TASKS = "v1/customers/<str:customer_id>/tasks"

urlpatterns = [
    path("v1/customers/tasks/categories", views.Categories.as_view({"get": "categories"})),
    path(TASKS, views.Tasks.as_view({"get": "list", "post": "create"})),
    path(f"{TASKS}/<str:id>", views.OneTask.as_view({"get": "retrieve", "delete": "destroy"})),
    path(f"{TASKS}/<str:id>/assignees", views.OneTask.as_view({"get": "assignees"})),
    path(f"{TASKS}/<str:id>/assignees/<str:user_id>", views.OneTask.as_view({"get": "assignee"})),
    path(f"{TASKS}/<str:id>/perform", views.Actions.as_view({"patch": "perform"})),
    path(f"{TASKS}/<str:id>/reassign", views.Actions.as_view({"patch": "reassign"})),
    path(f"{TASKS}/<str:id>/cancel", views.Actions.as_view({"patch": "cancel"})),
    path(f"{TASKS}/<str:id>/decline", views.Actions.as_view({"patch": "decline"})),
    re_path(r"^v1/customers(?:/.*)?$", unknown_route(CONTRACT)),
]
