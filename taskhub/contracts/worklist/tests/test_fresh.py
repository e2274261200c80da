"""What may be kept of an answer, by whom, and that nobody is shown what is over."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from conftest import Cast
from tasks.models import Task

from .conftest import TASKS, Worker, address

FORM = {"contact_verified": True}


@pytest.fixture
def reads(verify: Task) -> list[str]:
    """The addresses of the two reads."""
    return [TASKS, address(verify)]


def test_the_program_that_asked_may_keep_it_for_15_seconds_and_nobody_on_the_way(
    ana_works: Worker, reads: list[str]
) -> None:
    for path in reads:
        headers = ana_works.get(path).headers
        assert headers["Cache-Control"] == "private, max-age=15"
        assert {name.strip().lower() for name in headers["Vary"].split(",")} >= {"authorization", "x-api-key", "tenant"}


def test_changes_and_errors_are_kept_nowhere(ana_works: Worker, verify: Task) -> None:
    answers = [ana_works.get(f"{TASKS}?limit=x"), ana_works.get(f"{TASKS}/1000000"), Client().get(TASKS),
               ana_works.complete(verify, "approved", FORM)]  # fmt: skip
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_who_has_the_answer_already_is_sent_none(ana_works: Worker, reads: list[str]) -> None:
    for path in reads:
        first = ana_works.get(path)
        etag = first.headers["ETag"]
        for known in (etag, f"W/{etag}", f'"x", {etag}', "*"):
            again = ana_works.get(path, **{"If-None-Match": known})
            assert (again.status_code, again.content) == (304, b"")
            for name in ("ETag", "Cache-Control", "Vary"):
                assert again.headers[name] == first.headers[name]
        for unknown in ('"x"', "x", "", etag.strip('"')):
            assert ana_works.get(path, **{"If-None-Match": unknown}).status_code == 200


def statuses(works: Worker, reads: list[str], etags: list[str]) -> list[int]:
    """Of reads by a client that knows these answers."""
    return [works.get(path, **{"If-None-Match": etag}).status_code for path, etag in zip(reads, etags, strict=True)]


def etags_of(works: Worker, reads: list[str]) -> list[str]:
    return [works.get(path).headers["ETag"] for path in reads]


def test_what_i_have_just_done_is_there(
    ana_works: Worker, bo_works: Worker, reads: list[str], verify: Task, bo: User
) -> None:
    etags = etags_of(ana_works, reads)
    ana_works.reassign(verify, assign_to_user_id=str(bo.pk))
    assert statuses(ana_works, reads, etags) == [200, 200]
    assert ana_works.detail(verify)["assigned_to_user"]["name"] == "Bo Berg"

    etags = etags_of(bo_works, reads)
    bo_works.complete(verify, "approved", FORM)
    assert statuses(bo_works, reads, etags) == [200, 200]
    assert bo_works.detail(verify)["status"] == "COMPLETED"


def test_what_was_refused_has_changed_nothing(ana_works: Worker, reads: list[str], verify: Task) -> None:
    etags = etags_of(ana_works, reads)
    ana_works.complete(verify, "nothing", FORM)
    assert statuses(ana_works, reads, etags) == [304, 304]


def test_what_i_have_done_through_another_door_is_there(
    ana_works: Worker, reads: list[str], verify: Task, signed_in: Any, cast: Cast
) -> None:
    etags = etags_of(ana_works, reads)
    signed_in(cast.ana).post(f"/tasks/{verify.uuid}/start/")
    assert statuses(ana_works, reads, etags) == [200, 200]
    assert ana_works.detail(verify)["status"] == "IN_PROGRESS"


def test_two_people_at_one_address_have_answers_of_their_own(
    ana_works: Worker, dan_works: Worker, verify: Task
) -> None:
    etag = ana_works.get(TASKS).headers["ETag"]
    other = dan_works.get(TASKS, **{"If-None-Match": etag})
    assert (other.status_code, other.json()["data"]) == (200, [])


def test_a_head_request_tells_the_same_headers(ana_works: Worker, verify: Task) -> None:
    head, get = ana_works.call("HEAD", address(verify)), ana_works.get(address(verify))
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == get.headers["ETag"]
