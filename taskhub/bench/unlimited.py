"""The product's routes, with the rate limits lifted that contracts document: no operator can change those, and thirty
requests a minute measure nothing. Hits are counted as ever; there is only room for more of them.
"""

from collections.abc import Iterator
from dataclasses import replace

from taskhub.contracts.base import ContractView
from taskhub.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

RATE = "1000000000/minute"


def _views(of: type[ContractView]) -> Iterator[type[ContractView]]:
    for view in of.__subclasses__():
        yield view
        yield from _views(view)


def _lift() -> None:
    from django.urls import get_resolver

    get_resolver("taskhub.urls").url_patterns  # noqa: B018  loads the routes of every contract
    for view in _views(ContractView):
        view.operations = {
            name: replace(operation, rate=RATE if operation.rate else "") for name, operation in view.operations.items()
        }


_lift()
