"""Addresses of definitions. A key begins with a letter or a digit, so `_new` is none."""

from django.urls import path

from taskhub.processes.definitions.views import acting, difference, editor, listing, viewer

urlpatterns = [
    path("", listing.list_page, name="workflows"),
    path("_new/", editor.new_page, name="workflow-new"),
    path("<slug:key>/", viewer.newest, name="workflow"),
    path("<slug:key>/edit/", editor.edit_page, name="workflow-edit"),
    path("<slug:key>/difference/", difference.difference_page, name="workflow-difference"),
    path("<slug:key>/v<int:version>/", viewer.version_page, name="workflow-version"),
    path("<slug:key>/v<int:version>/<slug:verb>/", acting.act, name="workflow-act"),
]
