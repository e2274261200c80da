"""The filters of the list of tasks, read from the query string."""

from uuid import UUID

from django.db.models import Q
from django.http import QueryDict

from accounts.ids import parse_uuid
from taskhub.contracts.pagination import bad_parameter
from tasks.domain.lifecycle import ClosedReason

from .mapping import STATUSES, of_status


def read(query: QueryDict) -> tuple[str, UUID | None]:
    """The status (empty for any) and the upload that are asked for. Raises Refused for a value that means nothing."""
    status, upload = query.get("status", ""), None
    if "status" in query and status not in STATUSES:
        raise bad_parameter("status", f"Must be one of {', '.join(STATUSES)}.")
    if "upload_id" in query:
        upload = parse_uuid(query["upload_id"])
        if upload is None:
            raise bad_parameter("upload_id", "Must be a UUID.")
    return status, upload


def conditions(status: str, upload: UUID | None) -> Q:
    """What these values ask for."""
    undone = Q(closed_reason=ClosedReason.SUPERSEDED, document_task__isnull=False)
    wanted = ~undone  # by an unlocked task: no result of the upload, whose counts leave it out, too
    if status:
        wanted &= of_status(status)
    return wanted if upload is None else wanted & Q(document_task__upload__uuid=upload)
