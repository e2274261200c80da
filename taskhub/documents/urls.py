"""Addresses of uploads and of their documents."""

from django.urls import path

from taskhub.documents.views import adding, exporting, files, listing, upload

urlpatterns = [
    path("", listing.list_page, name="uploads"),
    path("new/", adding.new_page, name="upload-new"),
    path("<uuid:key>/", upload.upload_page, name="upload"),
    path("<uuid:key>/add/", adding.add, name="upload-add"),
    path("<uuid:key>/export/", exporting.export, name="upload-export"),
    path("files/<uuid:key>/", files.original, name="document-file"),
    path("files/<uuid:key>/<int:page>.png", files.page, name="document-page"),
]
