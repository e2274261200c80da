"""Sessions in the database, as Django keeps them; looked up by a statement that is compiled once."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.prepared import prepared


class SessionStore(db.SessionStore):
    """Every page asks for its session."""

    def _get_session_from_db(self) -> Any:
        found = _sessions(self.session_key, timezone.now()) if self.session_key else []
        if found:
            return found[0]
        self._session_key = None
        return None


@prepared
def _sessions(key: str, now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)
