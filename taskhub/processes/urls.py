"""Addresses of the workflow pages."""

from django.urls import include, path

urlpatterns = [
    path("workflows/", include("taskhub.processes.definitions.urls")),
    path("instances/", include("taskhub.processes.instances.urls")),
]
