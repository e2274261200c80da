"""Signing in through the API. Idempotency keys mean nothing here: tokens are never stored, so none can be replayed."""

from collections.abc import Mapping
from typing import ClassVar

from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts import tokens
from accounts.addresses import client_address
from taskhub.contracts.bots.view import BotsView
from taskhub.contracts.contract import Operation
from taskhub.contracts.fields import parse
from taskhub.contracts.formats import Answer

from . import shapes

SIGN_IN, REFRESH = shapes.SignInIn(), shapes.RefreshIn()
PRIVATE = {"Cache-Control": "no-store"}


class Auth(BotsView):
    """`/api/v1/auth/...`"""

    is_open = True
    operations: ClassVar[Mapping[str, Operation]] = {
        "token": Operation("sign_in"),
        "refresh": Operation("refresh_tokens"),
        "revoke": Operation("sign_out"),
    }

    @extend_schema(request=shapes.SignInIn, responses={200: shapes.TokensOut})
    def token(self, request: Request) -> Answer:
        """Sign in with a username and a password."""
        given = parse(SIGN_IN, request.data)
        pair = tokens.sign_in(**given, address=client_address(request._request))
        return Answer({"access": pair.access, "refresh": pair.refresh}, headers=PRIVATE)

    @extend_schema(request=shapes.RefreshIn, responses={200: shapes.TokensOut})
    def refresh(self, request: Request) -> Answer:
        """Exchange a refresh token for new tokens; using one twice ends the sign-in it belongs to."""
        pair = tokens.refresh(parse(REFRESH, request.data)["refresh"])
        return Answer({"access": pair.access, "refresh": pair.refresh}, headers=PRIVATE)

    @extend_schema(request=shapes.RefreshIn, responses={204: OpenApiResponse(None, "Signed out")})
    def revoke(self, request: Request) -> Answer:
        """End the sign-in that a refresh token belongs to."""
        tokens.revoke(parse(REFRESH, request.data)["refresh"])
        return Answer(status=204)


routes = [
    path("auth/token", Auth.as_view({"post": "token"})),
    path("auth/refresh", Auth.as_view({"post": "refresh"})),
    path("auth/revoke", Auth.as_view({"post": "revoke"})),
]
