"""Several authors at one definition in the same moment: real threads, each with its own connection."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from accounts.actor import Actor
from conftest import Cast
from tasks.tests.at_once import at_once, outcomes
from workflows import commands, compiled
from workflows.models import WorkflowDefinition
from workflows.tests.samples import ONE_STEP, Document, chain, document

pytestmark = pytest.mark.django_db(transaction=True)
ActorOf = Callable[..., Actor]


def named(number: int) -> Document:
    return document(ONE_STEP, name=f"Name {number}")


def numbers() -> list[int]:
    return list(WorkflowDefinition.objects.order_by("version").values_list("version", flat=True))


def test_documents_published_at_once_count_without_gaps(cast: Cast, actor_of: ActorOf) -> None:
    cleo = actor_of(cast.cleo)
    commands.publish_document(actor=cleo, document=named(0))
    for round_ in range(1, 6):
        works = [partial(commands.publish_document, actor=cleo, document=named(10 * round_ + n)) for n in range(4)]
        assert outcomes(at_once(*works)) == {"done": 4}
    assert numbers() == list(range(1, 22))


def test_the_first_version_published_at_once_is_one(cast: Cast, actor_of: ActorOf) -> None:
    cleo = actor_of(cast.cleo)
    works = [partial(commands.publish_document, actor=cleo, document=named(n)) for n in range(6)]
    made = outcomes(at_once(*works))
    assert made["done"] >= 1
    assert made["done"] + made["Conflict"] == 6
    assert numbers() == list(range(1, made["done"] + 1))


def test_the_same_document_published_at_once_is_one_version(cast: Cast, actor_of: ActorOf) -> None:
    cleo = actor_of(cast.cleo)
    commands.publish_document(actor=cleo, document=named(0))
    works = [partial(commands.publish_document, actor=cleo, document=named(1)) for _ in range(6)]
    results = at_once(*works)
    assert sorted(is_new for _, is_new in results) == [False] * 5 + [True]
    assert numbers() == [1, 2]


def test_one_draft_is_published_once(cast: Cast, actor_of: ActorOf) -> None:
    cleo = actor_of(cast.cleo)
    draft = commands.save_draft(actor=cleo, document=named(0))
    works = [partial(commands.publish, actor=cleo, definition=draft.pk) for _ in range(6)]
    assert outcomes(at_once(*works)) == {"done": 1, "WrongState": 5}


def test_drafts_saved_at_once_by_who_saw_the_same_lose_nothing(cast: Cast, actor_of: ActorOf) -> None:
    cleo = actor_of(cast.cleo)
    draft = commands.save_draft(actor=cleo, document=named(0))
    works = [partial(commands.save_draft, actor=cleo, document=named(n), version=draft.revision) for n in range(1, 7)]
    assert outcomes(at_once(*works)) == {"done": 1, "StaleVersion": 5}


def test_threads_that_need_a_definition_at_once_parse_it_once(
    cast: Cast, actor_of: ActorOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, _ = commands.publish_document(actor=actor_of(cast.cleo), document=chain(200))
    parsed: list[Any] = []
    parse = compiled.parse

    def counting(document: Any) -> Any:
        parsed.append(document)
        return parse(document)

    monkeypatch.setattr(compiled, "parse", counting)
    found = at_once(*[partial(compiled.definition_of, row.pk)] * 8)
    assert len(parsed) == 1
    assert all(each is found[0] for each in found)
