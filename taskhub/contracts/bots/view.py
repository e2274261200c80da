"""The view under every endpoint of the bots contract: its documented words, and limits that are a person's."""

from django.http.response import HttpResponseBase

from taskhub.contracts.base import ContractView
from tasks.domain.errors import NotAllowed, NotFound

from . import CONTRACT
from .mapping import DENIED, MISSING


class BotsView(ContractView):
    contract = CONTRACT

    @property
    def counted_as(self) -> str:
        """The person, whichever of their keys and tokens the request bears."""
        return f"{self.actor.organization_id}:person:{self.actor.person_id}"

    def handle_exception(self, exc: Exception) -> HttpResponseBase:  # type: ignore[override]
        """Say as documented that what the address names is not there, or not the caller's to change."""
        if isinstance(exc, NotFound) and exc.code in MISSING:
            words, parameter = MISSING[exc.code]
            if parameter in self.kwargs:
                exc.message = words.format(str(self.kwargs[parameter])[:100])
        if isinstance(exc, NotAllowed) and exc.code != "scope_missing":
            noun = next((noun for name, noun in DENIED.items() if name in self.kwargs), "")
            exc.message = f"You don't have permission to modify this {noun}" if noun else exc.message
        return super().handle_exception(exc)
