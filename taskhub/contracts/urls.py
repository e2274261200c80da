"""Every contract's routes, and the pages about them."""

from django.urls import include, path

from . import docs, registry

urlpatterns = [
    *(path("", include(contract.urlconf)) for contract in registry.contracts()),
    path("api/docs/", docs.index, name="api-docs"),
    path("api/docs/<slug:name>/", docs.SwaggerUI.as_view(), name="api-docs-of"),
    path("api/schema/<slug:name>/", docs.schema, name="api-schema"),
]
