"""Addresses of the template pages."""

from django.urls import path

from taskhub.templating.views import editing, listing, using

urlpatterns = [
    path("templates/", listing.list_page, name="templates"),
    path("templates/new/", editing.new_page, name="template-new"),
    path("templates/<uuid:key>/", using.use_page, name="template"),
    path("templates/<uuid:key>/preview/", using.preview, name="template-preview"),
    path("templates/<uuid:key>/edit/", editing.edit_page, name="template-edit"),
    path("templates/<uuid:key>/archive/", editing.archive, name="template-archive"),
    path("templates/<uuid:key>/restore/", editing.restore, name="template-restore"),
]
