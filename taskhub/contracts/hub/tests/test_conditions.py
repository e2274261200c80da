"""ETag, If-None-Match and If-Match: nobody reads the same twice, nobody overwrites what they have not seen."""

from typing import Any

import pytest
from django.http import HttpRequest

from taskhub.contracts import conditions
from taskhub.contracts.testing import Caller
from tasks.domain.errors import StaleVersion
from workflows.models import WorkflowDefinition, WorkflowInstance
from workflows.tests.samples import ONE_STEP

from .conftest import DEFINITIONS, INSTANCES, Hub, problem, renamed


@pytest.fixture
def draft(cleo_calls: Caller) -> Any:
    """The answer that made a draft."""
    return cleo_calls.post(DEFINITIONS, ONE_STEP)


def test_what_has_not_changed_is_not_sent_again(ana_calls: Caller, running: WorkflowInstance) -> None:
    for path in (f"{INSTANCES}/{running.uuid}", f"{DEFINITIONS}/{running.definition.uuid}"):
        for address in (path, f"{path}/diagram"):
            first = ana_calls.get(address)
            tag = first.headers["ETag"]
            for known in (tag, f'"x", {tag}', f"W/{tag}", "*"):
                again = ana_calls.get(address, **{"If-None-Match": known})
                assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
                assert "Content-Type" not in again.headers
                for name in ("Cache-Control", "Vary", "Content-Security-Policy"):
                    assert again.headers[name] == first.headers[name]
            for other in ('"x"', "", tag.strip('"'), "garbage"):
                assert ana_calls.get(address, **{"If-None-Match": other}).status_code == 200


def test_only_who_has_asked_may_keep_it(ana_calls: Caller, running: WorkflowInstance) -> None:
    response = ana_calls.get(f"{INSTANCES}/{running.uuid}")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "X-API-Key"} <= {name.strip() for name in response.headers["Vary"].split(",")}
    assert ana_calls.get(INSTANCES).headers["Cache-Control"] == "no-store"


def test_an_instance_has_another_tag_when_anything_of_it_has_changed(
    ana_calls: Caller, running: WorkflowInstance, answer: Any, cast: Any
) -> None:
    address = f"{INSTANCES}/{running.uuid}"
    before = ana_calls.get(address).headers["ETag"]
    answer(cast.ana, running, "verify", "approved", contact_verified=True)
    after = ana_calls.get(address, **{"If-None-Match": before})
    assert (after.status_code, after.headers["ETag"] != before) == (200, True)


def test_a_draft_is_replaced_under_the_version_that_was_seen(cleo_calls: Caller, draft: Any) -> None:
    address, tag = draft.headers["Location"], draft.headers["ETag"]
    problem(cleo_calls.call("PUT", address, renamed("A")), 428, "precondition_required")
    first = cleo_calls.call("PUT", address, renamed("A"), {"If-Match": tag})
    assert first.status_code == 200
    problem(cleo_calls.call("PUT", address, renamed("B"), {"If-Match": tag}), 412, "stale_version")
    for wrong in ('"x"', "", "garbage", f"W/{first.headers['ETag']}", first.headers["ETag"].strip('"')):
        problem(cleo_calls.call("PUT", address, renamed("B"), {"If-Match": wrong}), 412, "stale_version")
    assert WorkflowDefinition.objects.get().name == "A"
    several = f"{tag}, {first.headers['ETag']}"
    assert cleo_calls.call("PUT", address, renamed("B"), {"If-Match": several}).status_code == 200
    assert cleo_calls.call("PUT", address, renamed("C"), {"If-Match": "*"}).status_code == 200


def test_nobody_publishes_or_discards_what_they_have_not_seen(cleo_calls: Caller, draft: Any) -> None:
    address, tag = draft.headers["Location"], draft.headers["ETag"]
    changed = cleo_calls.call("PUT", address, renamed("A"), {"If-Match": tag}).headers["ETag"]
    problem(cleo_calls.post(f"{address}/publish", **{"If-Match": tag}), 412, "stale_version")
    problem(cleo_calls.delete(address, **{"If-Match": tag}), 412, "stale_version")
    published = cleo_calls.post(f"{address}/publish", **{"If-Match": changed})
    assert published.status_code == 200
    assert cleo_calls.post(f"{address}/retire", **{"If-Match": published.headers["ETag"]}).status_code == 200


def test_instances_that_come_and_go_refuse_nobody_a_change(cleo_hub: Hub, ana_hub: Hub, one_step: Any) -> None:
    address = f"{DEFINITIONS}/{one_step.uuid}"
    before = cleo_hub.caller.get(address).headers["ETag"]
    ana_hub.start("one-step")
    assert cleo_hub.caller.get(address).headers["ETag"] != before
    assert cleo_hub.caller.post(f"{address}/retire", **{"If-Match": before}).status_code == 200


def test_an_instance_is_canceled_under_the_version_that_was_seen(
    ana_calls: Caller, running: WorkflowInstance, answer: Any, cast: Any
) -> None:
    address = f"{INSTANCES}/{running.uuid}"
    seen = ana_calls.get(address).headers["ETag"]
    answer(cast.ana, running, "verify", "approved", contact_verified=True)
    problem(ana_calls.post(f"{address}/cancel", **{"If-Match": seen}), 412, "stale_version")
    now = ana_calls.get(address).headers["ETag"]
    canceled = ana_calls.post(f"{address}/cancel", **{"If-Match": now})
    assert (canceled.status_code, canceled.headers["ETag"] != now) == (200, True)
    assert canceled.headers["ETag"] == ana_calls.get(address).headers["ETag"]


@pytest.mark.parametrize(
    ("given", "found"),
    [(None, None), ("*", None), ('"7-' + "a" * 32 + '"', 7), ('"1-x", "7-' + "0" * 32 + '"', 7)],
)
def test_the_version_that_is_named(given: str | None, found: int | None) -> None:
    request = HttpRequest()
    if given is not None:
        request.META["HTTP_IF_MATCH"] = given
    assert conditions.check_match(request, 7) == found


@pytest.mark.parametrize(
    "given", ['"6-' + "a" * 32 + '"', '"7"', 'W/"7-' + "a" * 32 + '"', '"07-' + "a" * 31 + '"', "x" * 9999]
)
def test_a_version_that_is_not_the_current_one(given: str) -> None:
    request = HttpRequest()
    request.META["HTTP_IF_MATCH"] = given
    with pytest.raises(StaleVersion):
        conditions.check_match(request, 7)
