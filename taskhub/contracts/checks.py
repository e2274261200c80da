"""Django system checks: a contract with a gap in its tables does not start."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from tasks.domain.errors import DomainError
from tasks.domain.lifecycle import State

from . import registry
from .contract import Contract, Kind


@register()
def contracts_are_complete(**_: Any) -> list[CheckMessage]:
    """Every error has a code, every state a word or an explicit None, and every operation of a view is described."""
    return [error for contract in registry.contracts() for error in gaps(contract)]


def gaps(contract: Contract) -> Iterator[CheckMessage]:
    """What is missing in the tables of one contract."""
    for key in (*Kind, *domain_errors()):
        if key not in contract.errors:
            name = key if isinstance(key, str) else key.__name__
            yield Error(f"Contract {contract.name} does not say how {name} looks on the wire.", id="contracts.E001")
    if contract.states and contract.states.keys() != set(State):
        missing = ", ".join(sorted(set(State) - contract.states.keys()))
        yield Error(f"Contract {contract.name} has no word for the states {missing}.", id="contracts.E002")


def domain_errors(cls: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every class below DomainError that may be raised."""
    for below in cls.__subclasses__():
        yield below
        yield from domain_errors(below)
