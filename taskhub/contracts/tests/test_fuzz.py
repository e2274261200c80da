"""Every operation of every contract under requests made from its own OpenAPI document, well formed and malformed.

No answer is a server error; each is one that the document announces, in its shape, with its headers; what the document
rules out is refused, and nothing works without a credential. A contract of the registry is tried without a word here,
and says in `known.py` what its ids are. With TASKHUB_THOROUGH=1 each operation is asked a hundred times: the required
proof, which takes minutes.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance

from accounts import credential_cache, limiter, tokens
from accounts.actor import Actor
from conftest import Cast
from taskhub.contracts import registry
from taskhub.contracts.contract import Contract
from taskhub.contracts.testing import Caller
from taskhub.testing.looks import THOROUGH

from .known import Known, things

EXAMPLES = 50 if THOROUGH else 2
"""Requests to an operation that are well formed, and as many that are not."""
OF_KNOWN = 0.9
"""How often something that exists is named."""
MOST_UNKNOWN = 2 if THOROUGH else 6
"""Operations of a contract with ids in their address that need not succeed once: some wait for a rare state, and few
requests seldom meet it."""
TELLS_FAULTS = {"POST /api/hub/v1/workflow-definitions/validate"}
"""Operations whose answer to what is malformed is 200 and what is wrong with it."""

once_each = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    deadline=None,
    phases=[Phase.generate, Phase.shrink] if THOROUGH else [Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass
class Fuzz:
    """Asks operations, as somebody who may do much."""

    contract: Contract
    shown: dict[str, str]
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)

    def faults(self, operation: Any) -> Iterator[str]:
        """What was wrong with answers of the operation."""
        for mode in GenerationMode:
            try:
                once_each(given(case=operation.as_strategy(generation_mode=mode))(self._ask))()
            except Unsatisfiable:  # nothing of it could be malformed
                continue
            except FailureGroup as found:
                yield str(found)

    def _ask(self, case: Case) -> None:
        """One request whose effects are undone, so that what exists goes on existing."""
        credential_cache.forget()  # it may hold what was undone
        with transaction.atomic():
            response = case.call(headers=self.shown)
            self.answers[case.operation.label, response.status_code] += 1
            try:
                how = {"headers": self.shown}
                left_out = self._left_out(case.operation.label)
                case.validate_response(response, headers=self.shown, excluded_checks=left_out, transport_kwargs=how)
            finally:
                transaction.set_rollback(True)

    def got_somewhere(self, label: str) -> bool:
        """Whether any answer was about something that exists: it was done, or stood in a state that rules it out."""
        return any(label == asked and (status < 400 or status == 409) for asked, status in self.answers)

    def _left_out(self, label: str) -> list[Any]:
        """The checks that cannot hold."""
        checks: list[Any] = [
            positive_data_acceptance
        ]  # a document says what is well formed, the domain what can be done
        if self.contract.needs_all:
            checks.append(ignored_auth)  # documented: a missing header is 400
        if label in TELLS_FAULTS:
            checks.append(negative_data_rejection)
        return checks


@contextmanager
def in_one_transaction() -> Iterator[None]:
    """The end of a request leaves the test's connection alone."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def site(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """The whole site; answers are read to their end and closed, as a server does."""
    answer = WSGIHandler()(environ, start_response)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits have tests of their own."""
    monkeypatch.setattr(limiter, "parse", cache(lambda _: limiter.Limit(10**6, 60)))


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize("contract", registry.contracts(), ids=lambda contract: contract.name)
def test_no_request_breaks_anything(
    contract: Contract, cast: Cast, cleo_calls: Caller, actor_of: Callable[..., Actor]
) -> None:
    known = things(contract.name, cast, cleo_calls, actor_of(cast.cleo))
    shown = {"X-API-Key": cleo_calls.key}
    if contract.needs_all:
        token = tokens.issue(user=cast.cleo, organization_id=cast.acme.pk).access
        shown = cleo_calls.shown | {"Authorization": f"Bearer {token}"}
    fuzz, faults, unknown = Fuzz(contract, shown), [], []
    with in_one_transaction():
        for operation in operations(contract, known):
            faults += [f"{operation.label}: {fault}" for fault in fuzz.faults(operation)]
            if "{" in operation.path and not fuzz.got_somewhere(operation.label):
                unknown.append(operation.label)
    assert not faults, "\n".join(faults)
    assert len(unknown) <= MOST_UNKNOWN, f"say in known.py what these are about: {unknown}"


def operations(contract: Contract, known: Known) -> Iterator[Any]:
    """All that the contract's document describes, as the site itself hands it out."""
    config = SchemathesisConfig.from_dict(_config(known))
    schema = schemathesis.openapi.from_wsgi(f"/api/schema/{contract.name}/", site, config=config)
    for result in schema.get_all_operations():
        yield result.ok()


def _config(known: Known) -> dict[str, Any]:
    """Where a parameter or a field has one of the known names, it mostly has one of the known values."""
    dictionaries, parameters = {}, {}
    for name, values in known.items():
        dictionaries[name.lower().replace("-", "_")] = {"values": values}
        binding = {"dictionary": name.lower().replace("-", "_"), "probability": OF_KNOWN}
        for place in ("path", "query", "header", "body"):
            parameters[f"{place}.{name}"] = binding
        parameters[f"body.{name}[*]"] = binding
    return {
        "dictionaries": dictionaries,
        "parameters": parameters,
        "generation": {"with-security-parameters": False},
        # 412 among them: a condition is held before the body is looked at (RFC 9110, 13.2.1).
        "checks": {"negative_data_rejection": {"expected-statuses": ["4XX"]}},
    }
