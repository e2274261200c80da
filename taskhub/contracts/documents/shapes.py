"""What the documents contract reads and writes. Input is validated here; output is built in `rendering.py`."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import Choice, Flag, FreeObject, Id, Moment, Text
from tasks.commands.report import MAX_REASON
from tasks.domain.content import MAX_LENGTH

from .mapping import REPORTS, STATUSES, UPLOAD_STATUSES

FILES = {
    "multipart/form-data": {
        "type": "object",
        "required": ["files"],
        "properties": {
            "files": {
                "type": "array",
                "items": {"type": "string", "format": "binary"},
                "minItems": 1,
                "maxItems": 100,
            }
        },
    }
}


class CompleteIn(serializers.Serializer[Any]):
    """Complete Task. Fields that `data` does not name keep the values that the task shows."""

    data = FreeObject(default=dict)  # type: ignore[assignment]  # DRF takes declared fields off the class


class ReasonIn(serializers.Serializer[Any]):
    """Discard and unlock: why, or nothing at all."""

    reason = Text(max_length=MAX_LENGTH["reason"], allow_blank=True, default="")


class ReportIn(serializers.Serializer[Any]):
    """Report Task: what is wrong, in a word and in words."""

    reason = Text(max_length=MAX_REASON)
    description = Text(max_length=MAX_LENGTH["description"], allow_blank=True, default="")


class Nothing(serializers.Serializer[Any]):
    """An object without fields, or no body at all."""


class IssueOut(serializers.Serializer[Any]):
    """Why somebody should look at the document. `field` is null where it is about all of it."""

    field = Text(allow_null=True)
    code = Choice(["unreadable", "invalid", "low_confidence", "rule", "missing"])
    message = Text(allow_blank=True)
    confidence = serializers.FloatField(allow_null=True)


class TaskOut(serializers.Serializer[Any]):
    """A task. One that did not come in as a document has no `upload_id`, `step` and `filename`."""

    task_id = Id()
    team_id = Id()
    project_id = Id()
    upload_id = Id(allow_null=True)
    status = Choice(STATUSES)
    step = Text(allow_null=True)
    filename = Text(allow_null=True)
    data = FreeObject()  # type: ignore[assignment]
    issues = IssueOut(many=True)
    metadata = FreeObject()
    locked = Flag(help_text="Final: unlock it to edit it.")
    exported_at = Moment(allow_null=True)
    created_at = Moment()
    updated_at = Moment()
    completed_at = Moment(allow_null=True)


class TasksOut(serializers.Serializer[Any]):
    """A page of tasks, the newest first. `next` is the `cursor` of the page after it."""

    tasks = TaskOut(many=True)
    total = serializers.IntegerField(min_value=0)
    next = serializers.IntegerField(allow_null=True)


class UploadTaskOut(serializers.Serializer[Any]):
    """A task of an upload, in brief."""

    task_id = Id()
    filename = Text()
    status = Choice(STATUSES)


class UploadedOut(serializers.Serializer[Any]):
    """An upload and the tasks of the documents that were just brought."""

    upload_id = Id()
    status = Choice(UPLOAD_STATUSES)
    tasks = UploadTaskOut(many=True)


class UploadOut(serializers.Serializer[Any]):
    """An upload. Its status is that of its tasks: the least finished one counts. `counts`: tasks by their status."""

    upload_id = Id()
    team_id = Id()
    project_id = Id()
    status = Choice(UPLOAD_STATUSES)
    documents = serializers.IntegerField(min_value=0)
    counts = serializers.DictField(child=serializers.IntegerField(min_value=0))
    created_at = Moment()


class WholeUploadOut(UploadOut):
    """An upload with its first 100 tasks, in the order of its documents; all of them: `tasks?upload_id=`."""

    tasks = UploadTaskOut(many=True)


class UploadsOut(serializers.Serializer[Any]):
    """A page of uploads, the newest first. `next` is the `cursor` of the page after it."""

    uploads = UploadOut(many=True)
    next = serializers.IntegerField(allow_null=True)


class ExportedOut(serializers.Serializer[Any]):
    """A completed task as it was exported."""

    task_id = Id()
    filename = Text()
    step = Text()
    data = FreeObject()  # type: ignore[assignment]
    completed_at = Moment()
    exported_at = Moment()


class ExportOut(serializers.Serializer[Any]):
    """All completed tasks of an upload, in the order of its documents."""

    upload_id = Id()
    status = Choice(UPLOAD_STATUSES)
    tasks = ExportedOut(many=True)


class ReportOut(serializers.Serializer[Any]):
    """A report of a task."""

    report_id = Id()
    task_id = Id()
    reason = Text()
    description = Text(allow_blank=True)
    status = Choice(list(REPORTS.values()))
    error = Text(allow_null=True)
    created_at = Moment()


class ReportsOut(serializers.Serializer[Any]):
    """The reports of a task, the newest first, 100 at most."""

    reports = ReportOut(many=True)


class ReportedOut(serializers.Serializer[Any]):
    """A report that was made. `status` says whether it has reached the project's own system, if it has one."""

    report_id = Id()
    status = Choice(list(REPORTS.values()))


class PartOut(serializers.Serializer[Any]):
    """What became of one part of a report."""

    part = Choice(["local", "external"])
    status = serializers.IntegerField()
    message = Text()


class PartlyReportedOut(ReportedOut):
    """A report that was kept here and did not reach the project's own system yet: it is sent again until it does."""

    results = PartOut(many=True)


class DetailOut(serializers.Serializer[Any]):
    """One thing that is wrong."""

    field = Text()
    message = Text()


class OneErrorOut(serializers.Serializer[Any]):
    """What went wrong: `code` for programs, `message` for people, `details` for each field."""

    code = Text()
    message = Text()
    details = DetailOut(many=True)


class ErrorOut(serializers.Serializer[Any]):
    """Every error."""

    error = OneErrorOut()
