"""What is read, in as little as it takes."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import Context, Engine

from . import sql

Row = dict[str, Any]

PAGE = Engine().from_string("""<!doctype html><html lang="en"><title>Inbox</title><main><h1>Inbox</h1><ol>
{% for task in tasks %}<li><a href="/tasks/{{ task.uuid }}/">{{ task.title }}</a> <span>{{ task.category }}</span>
<span>{{ task.priority }}</span> <time datetime="{{ task.due_at|date:'c' }}">{{ task.due_at|date:'j M, H:i' }}</time>
<ul>{% for share in task.assignees %}<li>{{ share.name|default:share.title }} {{ share.weight }}</li>{% endfor %}</ul>
</li>{% endfor %}</ol></main></html>""")


def alive(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def project_tasks(request: HttpRequest, project: UUID) -> HttpResponse:
    return answer(with_shares(rows(sql.OF_PROJECT, project)))


def filtered_tasks(request: HttpRequest, project: UUID) -> HttpResponse:
    return answer(with_shares(rows(sql.FILTERED, project)))


def organization_tasks(request: HttpRequest, organization: int) -> HttpResponse:
    return answer(with_shares(rows(sql.OF_ORGANIZATION, organization)))


def steps(request: HttpRequest, organization: int) -> HttpResponse:
    return answer(with_shares(rows(sql.STEPS, organization)))


def instances(request: HttpRequest, organization: int) -> HttpResponse:
    return answer(rows(sql.INSTANCES, organization))


def inbox(request: HttpRequest, user: int) -> HttpResponse:
    return answer(with_shares(rows(sql.INBOX, user, user)))


def inbox_page(request: HttpRequest, user: int) -> HttpResponse:
    return HttpResponse(PAGE.render(Context({"tasks": with_shares(rows(sql.INBOX, user, user))})))


def task(request: HttpRequest, task: UUID) -> HttpResponse:
    return answer(with_shares(rows(sql.ONE, task))[0])


def rows(text: str, *params: Any) -> list[Row]:
    """The rows of a statement by their columns' names."""
    with connection.cursor() as cursor:
        cursor.execute(text, params)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def with_shares(tasks: list[Row]) -> list[Row]:
    """The same with the shares of each, nested."""
    shares: dict[int, list[Row]] = defaultdict(list)
    for share in rows(sql.SHARES, [row["id"] for row in tasks]):
        shares[share.pop("task_id")].append(share)
    for row in tasks:
        row["assignees"] = shares[row["id"]]
    return tasks


def answer(data: Row | Sequence[Row], status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(data, default=_plain), content_type="application/json", status=status)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
