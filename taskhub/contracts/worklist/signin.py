"""Signing in to the worklist: a name and a password in the tenant's organization, for the token of every other call."""

from collections.abc import Mapping
from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from accounts import tokens
from accounts.addresses import client_address
from accounts.errors import InvalidCredential, NoMembership
from taskhub.contracts.base import ContractView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer

from . import CONTRACT, answers, auth, shapes
from .rendering import enveloped, local

LOGIN = shapes.LoginIn()
HEADERS = [
    OpenApiParameter(
        said["name"], {"type": "string"}, OpenApiParameter.HEADER, required=True, description=said["description"]
    )
    for said in (auth.SECURITY["key"], auth.SECURITY["tenant"])
]


class Login(ContractView):
    """`/apidev/v1/auth/login`"""

    contract = CONTRACT
    is_open = True
    operations: ClassVar[Mapping[str, Operation]] = {"login": Operation("login")}

    @extend_schema(request=shapes.LoginIn, parameters=HEADERS, responses={200: answers.TokenAnswer})
    def login(self, request: Request) -> Answer:
        """Sign in.

        Someone who does not belong to the tenant's organization is refused as a wrong password is: nobody learns who
        is known where.
        """
        where = auth.tenant(request._request)
        given = parse(LOGIN, request.data)
        try:
            pair = tokens.sign_in(**given, organization=where.uuid, address=client_address(request._request))
        except NoMembership:
            raise InvalidCredential from None
        return Answer(enveloped({"token": pair.access, "expires_at": local(pair.access_expires_at, where.timezone)}))
