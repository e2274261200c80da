"""`/tasks/{task_id}/comments`"""

from collections.abc import Mapping
from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from taskhub.contracts.bots import ids
from taskhub.contracts.bots.mapping import COMMENTS, EDIT, READ
from taskhub.contracts.bots.paging import PARAMETERS, window_of
from taskhub.contracts.bots.people import members, person
from taskhub.contracts.bots.seen import task_seen
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer
from tasks import commands
from tasks.domain.errors import InvalidInput
from tasks.models import Comment
from tasks.queries import total

from . import shapes

ADD = shapes.CommentIn()


class Comments(BotsView):
    """`/api/v1/tasks/{task_id}/comments`"""

    operations: ClassVar[Mapping[str, Operation]] = {
        "add": Operation("add_comment", EDIT, rate=COMMENTS),
        "list": Operation("list_comments", READ),
    }

    @extend_schema(request=shapes.CommentIn, responses={201: shapes.CommentAddedOut})
    def add(self, request: Request, task_id: str) -> Answer:
        """Say something about a task."""
        given, uuid = parse(ADD, request.data), ids.in_path("tsk", task_id)
        named = members(self.actor, given["mentions"], "mentions") if given["mentions"] else {}
        files = [ids.parse("att", text) for text in given["attachments"] or ()]
        sent = [file for file in files if file is not None]
        if len(sent) < len(files):
            raise InvalidInput("There is no such file.", field="attachments")
        row = commands.comment(
            actor=self.actor,
            task=uuid,
            text=given["text"],
            mentions=[member.uuid for member in named.values()],
            attachments=sent,
        )
        shown = {"comment_id": ids.public("cmt", row.uuid), "task_id": task_id, "text": row.text}
        return Answer(shown | {"author": self.actor.username or None, "created_at": row.created_at}, 201)

    @extend_schema(parameters=PARAMETERS, responses={200: shapes.CommentsOut})
    def list(self, request: Request, task_id: str) -> Answer:
        """What was said about a task, oldest first."""
        window, task = window_of(request.query_params), task_seen(self.actor, task_id)
        rows = Comment.objects.filter(task_id=task).select_related("author").order_by("id")
        shown = [
            {
                "comment_id": ids.public("cmt", row.uuid),
                "text": row.text,
                "author": person(row.author.username, row.author.name) if row.author else None,
                "created_at": row.created_at,
            }
            for row in window.of(rows)
        ]
        return Answer({"comments": shown, "total": total(rows)[0]})


routes = [path("tasks/<str:task_id>/comments", Comments.as_view({"get": "list", "post": "add"}))]
