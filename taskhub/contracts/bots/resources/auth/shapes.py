"""What is said while signing in."""

from typing import Any

from rest_framework import serializers

from taskhub.contracts.fields import Text


class SignInIn(serializers.Serializer[Any]):
    """Who signs in, and where if they belong to several organizations: its slug or id."""

    username = Text(max_length=150)
    password = Text(max_length=1000)
    organization = Text(max_length=100, required=False, allow_null=True)


class RefreshIn(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = Text(max_length=1000)


class TokensOut(serializers.Serializer[Any]):
    """A short-lived access token, and a refresh token that can be used once."""

    access = Text()
    refresh = Text()
