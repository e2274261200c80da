"""Addresses of definitions. A key begins with a letter or a digit, so `_new` is none."""

from django.urls import URLPattern, path

from taskhub.processes.definitions.views import listing

urlpatterns: list[URLPattern] = [
    path("", listing.list_page, name="workflows"),
]
