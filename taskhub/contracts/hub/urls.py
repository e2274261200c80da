"""Routes of the hub contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT
from .views import definitions, diagrams, drafts, history, instances, messages, processing, versions

BASE = "api/hub/v1"
DEFINITION = f"{BASE}/workflow-definitions/<str:definition_id>"
INSTANCE = f"{BASE}/workflow-instances/<str:instance_id>"
WORK = f"{BASE}/processing/<str:work_id>"

urlpatterns = [
    path(f"{BASE}/workflow-definitions", definitions.Definitions.as_view({"get": "list", "post": "create"})),
    path(f"{BASE}/workflow-definitions/validate", drafts.Validation.as_view({"post": "validate"})),
    path(DEFINITION, definitions.OneDefinition.as_view({"get": "retrieve", "put": "change", "delete": "discard"})),
    path(f"{DEFINITION}/versions", versions.Versions.as_view({"get": "list"})),
    path(f"{DEFINITION}/diff", versions.Versions.as_view({"get": "diff"})),
    path(f"{DEFINITION}/diagram", diagrams.OfDefinition.as_view({"get": "diagram"})),
    *(path(f"{DEFINITION}/{verb}", drafts.Verbs.as_view({"post": verb})) for verb in ("publish", "retire")),
    path(f"{BASE}/workflow-instances", instances.Instances.as_view({"get": "list", "post": "start"})),
    path(INSTANCE, instances.OneInstance.as_view({"get": "retrieve"})),
    path(f"{INSTANCE}/steps", history.Steps.as_view({"get": "list"})),
    path(f"{INSTANCE}/history", history.History.as_view({"get": "list"})),
    path(f"{INSTANCE}/diagram", diagrams.OfInstance.as_view({"get": "diagram"})),
    *(path(f"{INSTANCE}/{verb}", instances.Verbs.as_view({"post": verb})) for verb in ("cancel", "retry")),
    path(f"{INSTANCE}/messages", messages.ToOne.as_view({"post": "send"})),
    path(f"{BASE}/workflow-messages", messages.ToAll.as_view({"post": "send"})),
    path(f"{BASE}/processing/fetch", processing.Fetch.as_view({"post": "fetch"})),
    path(f"{WORK}/file", processing.Held.as_view({"get": "file"})),
    *(path(f"{WORK}/{verb}", processing.Held.as_view({"post": verb})) for verb in ("extend", "complete", "fail")),
    re_path(r"^api/hub/v1(?:/.*)?$", unknown_route(CONTRACT)),
]
