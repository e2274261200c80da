"""What is written of files."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import Moment, Text

FORM = {
    "multipart/form-data": {
        "type": "object",
        "required": ["file"],
        "properties": {"file": {"type": "string", "format": "binary"}},
    }
}


class AttachmentOut(serializers.Serializer[Any]):
    """A file. `mime_type` is what its content says, whatever was declared."""

    attachment_id = Text()
    task_id = Text()
    filename = Text()
    size_bytes = serializers.IntegerField(min_value=1)
    mime_type = Text()
    uploaded_at = Moment()


class AttachmentsOut(serializers.Serializer[Any]):
    """A page of files, oldest first."""

    attachments = AttachmentOut(many=True)
    total = serializers.IntegerField(min_value=0)
