"""The one way in which TaskHub calls other systems on somebody's behalf. Where it may: `accounts.destinations`.

    destination -> network (resolve, check every address, connect to one of those) -> client (one request, one status)

Nothing is redirected, nothing goes through a proxy of the environment, nothing takes longer than it is given, and of
the answer only the status is looked at.
"""

from .client import Answer, post

__all__ = ["Answer", "post"]
