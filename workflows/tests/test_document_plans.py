"""PostgreSQL reads indexes and not tables where an upload is as large as it may be. No times: only how it is done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts import access
from accounts.actor import Actor
from conftest import Cast
from taskhub.testing.plans import LARGE, by_index, seeded
from workflows import uploads
from workflows.models import Processing, Upload
from workflows.processing import claiming
from workflows.uploads import Status

pytestmark = pytest.mark.postgres
OF_DOCUMENTS = LARGE | {"workflows_document", "workflows_documenttask", "workflows_processing", "workflows_upload"}
SEED = """
INSERT INTO workflows_upload (uuid, organization_id, project_id, definition_id, created_at)
SELECT gen_random_uuid(), d.organization_id, %(project)s, d.id, now()
FROM workflows_workflowdefinition d CROSS JOIN generate_series(1, 2000) WHERE d.key = 'seeded';
INSERT INTO workflows_document (uuid, organization_id, upload_id, instance_id, position, name, content_type, size,
    sha256, file)
SELECT gen_random_uuid(), i.organization_id, u.least + CASE WHEN i.place <= 5000 THEN 0 ELSE i.place %% 1999 + 1 END,
    i.id, i.place, 'paper.pdf', 'application/pdf', 5, '', 'documents/' || i.id
FROM (SELECT *, row_number() OVER (ORDER BY id) AS place FROM workflows_workflowinstance) i
CROSS JOIN (SELECT min(id) AS least FROM workflows_upload) u;
INSERT INTO workflows_documenttask (task_id, organization_id, document_id, upload_id, step, found, issues, metadata)
SELECT t.id, t.organization_id, d.id, d.upload_id, 's', '{}', '[]', '{}'
FROM tasks_task t JOIN workflows_document d ON d.instance_id = t.instance_id;
INSERT INTO workflows_processing (uuid, organization_id, instance_id, run, task_id, processor, options, attempt,
    fire_at, worker, losses, created_at)
SELECT gen_random_uuid(), organization_id, instance_id, 'p' || id, id,
    CASE WHEN id %% 3 = 0 THEN 'text' ELSE 'afar' END, '{}', 1, now() - interval '1 hour', '', 0, now()
FROM tasks_task WHERE instance_id IS NOT NULL;
"""


@pytest.fixture
def reviewer(cast: Cast, raw_rows: None, actor_of: Callable[..., Actor]) -> Actor:
    """A member with a share of an upload of thousands of documents, among two thousand uploads."""
    user = seeded(organization_id=cast.acme.pk, project_id=cast.project.pk, team_id=cast.sales.pk)
    with connection.cursor() as cursor:
        for statement in SEED.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"project": cast.project.pk})
        cursor.execute("ANALYZE")
    access.forget()
    return actor_of(user)


def test_lists_are_read_by_indexes_and_claiming_does_not_look_at_the_thousands_that_are_owed(
    reviewer: Actor, access_to: Any, cast: Cast
) -> None:
    project = access_to(cast.ana, cast.project)
    largest = Upload.objects.order_by("id")[0]
    with by_index(OF_DOCUMENTS):
        page = list(uploads.uploads(reviewer, project)[:25])
        assert len(uploads.progress_of(page)) == 25
        for wanted in ({}, {"upload": largest}, {"upload": largest, "status": Status.REVIEWING}):
            assert len(uploads.document_tasks(reviewer, project, **wanted)[:25]) == 25
        uploads.next_review(reviewer, largest.pk)
    moment = timezone.now()
    here = Processing.objects.filter(processor="text")
    elsewhere = Processing.objects.filter(organization=cast.acme, processor__in=["afar"])
    for owed in (here, elsewhere):
        due = owed.filter(fire_at__lte=moment).order_by("fire_at", "id")
        with by_index(OF_DOCUMENTS):
            assert due.exists()
            assert len(claiming._leased(due, 5, timedelta(minutes=1), "w", moment)) == 5
