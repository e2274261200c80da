"""A contract with a gap in its tables does not start."""

from dataclasses import replace

import pytest

from taskhub.contracts import checks, registry
from taskhub.contracts.contract import Contract, Kind
from tasks.domain.errors import DomainError, StaleVersion, WrongState
from tasks.domain.lifecycle import State

every_contract = pytest.mark.parametrize("contract", registry.contracts(), ids=lambda contract: contract.name)


@every_contract
def test_every_contract_is_complete(contract: Contract) -> None:
    assert list(checks.gaps(contract)) == []


@every_contract
@pytest.mark.parametrize("key", [*Kind, WrongState, StaleVersion])
def test_an_error_without_a_code_is_found(contract: Contract, key: Kind | type[DomainError]) -> None:
    errors = {name: wire for name, wire in contract.errors.items() if name != key}
    [gap] = checks.gaps(replace(contract, errors=errors))
    assert (gap.id, contract.name in gap.msg) == ("contracts.E001", True)


@pytest.mark.parametrize("state", State)
def test_a_state_without_a_word_is_found(state: State) -> None:
    contract = registry.contracts()[0]
    states = {name: word for name, word in contract.states.items() if name != state}
    [gap] = checks.gaps(replace(contract, states=states))
    assert (gap.id, state.value in gap.msg) == ("contracts.E002", True)


@every_contract
def test_every_code_of_the_domain_can_be_said(contract: Contract) -> None:
    for error in checks.domain_errors():
        assert contract.wire(error.code, *error.__mro__).status in range(400, 600)
