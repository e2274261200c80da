"""The filters of the list of tasks, read from the query string."""

from django.db.models import Q
from django.http import QueryDict

from accounts.ids import parse_uuid
from taskhub.contracts.pagination import bad_parameter
from tasks.domain.lifecycle import ClosedReason

from .mapping import STATUSES, of_status


def conditions(query: QueryDict) -> Q:
    """What the filters ask for. Raises Refused for a value that means nothing."""
    undone = Q(closed_reason=ClosedReason.SUPERSEDED, document_task__isnull=False)
    wanted = ~undone  # by an unlocked task: no result of the upload, whose counts leave it out, too
    if "status" in query:
        if query["status"] not in STATUSES:
            raise bad_parameter("status", f"Must be one of {', '.join(STATUSES)}.")
        wanted &= of_status(query["status"])
    if "upload_id" in query:
        upload = parse_uuid(query["upload_id"])
        if upload is None:
            raise bad_parameter("upload_id", "Must be a UUID.")
        wanted &= Q(document_task__upload__uuid=upload)
    return wanted
