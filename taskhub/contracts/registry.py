"""The contracts there are. A new one is a new folder and one line here."""

from functools import cache

from django.utils.module_loading import import_string

from .contract import Contract

NAMES = (
    "taskhub.contracts.customers.CONTRACT",
    "taskhub.contracts.intake.CONTRACT",
    "taskhub.contracts.bots.CONTRACT",
    "taskhub.contracts.worklist.CONTRACT",
    "taskhub.contracts.documents.CONTRACT",
    "taskhub.contracts.hub.CONTRACT",
)


@cache
def contracts() -> tuple[Contract, ...]:
    """All contracts, in the order of `NAMES`; imported when first asked for, because views need loaded apps."""
    return tuple(import_string(name) for name in NAMES)


def by_name(name: str) -> Contract | None:
    return next((contract for contract in contracts() if contract.name == name), None)


def owner_of(path: str) -> Contract | None:
    """The contract whose address this is, whether or not anything is there."""
    return next((contract for contract in contracts() if contract.owns(path)), None)
