"""What is asked of the floor, a route for each thing that is measured."""

from django.urls import path

from . import reads, writes

urlpatterns = [
    path("healthz", reads.alive),
    path("project/<uuid:project>", reads.project_tasks),
    path("project/<uuid:project>/filtered", reads.filtered_tasks),
    path("organization/<int:organization>", reads.organization_tasks),
    path("organization/<int:organization>/steps", reads.steps),
    path("organization/<int:organization>/instances", reads.instances),
    path("inbox/<int:user>", reads.inbox),
    path("inbox/<int:user>/page", reads.inbox_page),
    path("task/<uuid:task>", reads.task),
    path("create", writes.create),
    path("perform/<uuid:task>", writes.perform),
    path("complete/<uuid:task>", writes.complete),
    path("step/<int:task>", writes.step),
]
