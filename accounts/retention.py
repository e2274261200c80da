"""Rows that have ended and are of no use any more."""

from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import RateHit, RefreshToken, TokenFamily


def purge_expired(now: datetime | None = None) -> None:
    """Deletes what has expired. An ended family stays until its last refresh token is gone, to notice a stolen one."""
    now = now or timezone.now()
    RefreshToken.objects.filter(expires_at__lte=now).delete()
    started_before = now - settings.ACCESS_TOKEN_LIFETIME
    TokenFamily.objects.filter(tokens__isnull=True, created_at__lte=started_before).delete()
    RateHit.objects.filter(stale_at__lte=now).delete()
    Session.objects.filter(expire_date__lte=now).delete()
