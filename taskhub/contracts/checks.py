"""Django system checks: a contract with a gap in its tables does not start."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from tasks.domain.errors import DomainError
from tasks.domain.lifecycle import State

from . import registry
from .contract import Contract, ErrorKey, Kind
from .problems import CREDENTIALS


@register()
def contracts_are_complete(**_: Any) -> list[CheckMessage]:
    """Every error has a code, every state a word or an explicit None, and every operation of a view is described."""
    return [error for contract in registry.contracts() for error in gaps(contract)]


def gaps(contract: Contract) -> Iterator[CheckMessage]:
    """What is missing in the tables of one contract."""
    for key in (*Kind, *domain_errors()):
        if not any(cls in contract.errors for cls in _wider(key)):
            name = key if isinstance(key, str) else key.__name__
            yield Error(f"Contract {contract.name} does not say how {name} looks on the wire.", id="contracts.E001")
    if contract.states and contract.states.keys() != set(State):
        missing = ", ".join(sorted(set(State) - contract.states.keys()))
        yield Error(f"Contract {contract.name} has no word for the states {missing}.", id="contracts.E002")


def _wider(key: ErrorKey) -> tuple[Any, ...]:
    """The entries of an error table that would serve `key`: its own, or that of a class above it."""
    return key.__mro__ if isinstance(key, type) else (key,)


def domain_errors(cls: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    """Every class below DomainError that a contract's table must know."""
    for below in (found for found in cls.__subclasses__() if found not in CREDENTIALS):
        yield below
        yield from domain_errors(below)
