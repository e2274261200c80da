"""What is read and written of comments."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.bots.shapes import Username, UserOut
from taskhub.contracts.fields import Moment, Text
from tasks.commands.discuss import MAX_FILES
from tasks.domain.content import MAX_LENGTH
from tasks.domain.mentions import MAX_MENTIONS


class CommentIn(serializers.Serializer[Any]):
    """Add Comment. Who is mentioned is told and watches the task; `@username` in the text is a mention too."""

    text = Text(max_length=MAX_LENGTH["text"])
    mentions = serializers.ListField(child=Username(), max_length=MAX_MENTIONS, allow_null=True, default=None)
    attachments = serializers.ListField(child=Text(max_length=100), max_length=MAX_FILES, allow_null=True, default=None)


class CommentAddedOut(serializers.Serializer[Any]):
    """A new comment."""

    comment_id = Text()
    task_id = Text()
    text = Text()
    author = Text(allow_null=True)
    created_at = Moment()


class CommentOut(serializers.Serializer[Any]):
    """Something said. A rule has no name: its comments have no author."""

    comment_id = Text()
    text = Text()
    author = UserOut(allow_null=True)
    created_at = Moment()


class CommentsOut(serializers.Serializer[Any]):
    """A page of comments, oldest first."""

    comments = CommentOut(many=True)
    total = serializers.IntegerField(min_value=0)
