"""Secrets that TaskHub must be able to say again, such as what it signs with: encrypted at rest.

Encrypted (JWE, AES-256-GCM) by a key of its own made of SECRET_KEY; SECRET_KEY_FALLBACKS still open what an earlier key
has sealed. What only has to be recognised (passwords, API keys) is hashed instead and never comes here.
"""

from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

_HEADER = {"alg": "dir", "enc": "A256GCM"}


class Unsealable(Exception):
    """It was sealed with a key that is gone, or changed since."""


def seal(secret: str) -> str:
    """The secret as it may be stored; empty stays empty."""
    return jwe.encrypt_compact(_HEADER, secret.encode(), _key(settings.SECRET_KEY)) if secret else ""


def unseal(sealed: str) -> str:
    """The secret that was sealed. Raises Unsealable."""
    if not sealed:
        return ""
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            return (jwe.decrypt_compact(sealed, _key(secret)).plaintext or b"").decode()
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    raise Unsealable


@lru_cache(maxsize=8)
def _key(secret: str) -> OctKey:
    return OctKey.import_key(salted_hmac("accounts.sealing", "A256GCM", secret=secret, algorithm="sha256").digest())
