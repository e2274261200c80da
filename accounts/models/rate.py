"""The limiter's log of hits in PostgreSQL."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class FloatListField(models.Field):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """A list of numbers: an array in PostgreSQL. Elsewhere the table stays empty, so plain text will do."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "double precision[]" if connection.vendor == "postgresql" else "text"


class RateHit(models.Model):
    """The hits of one key that are still in its window. Written by `accounts.rate_logs.DatabaseLog` only."""

    key = models.CharField(max_length=64, primary_key=True)
    hits = FloatListField()
    """Unix times, oldest first."""
    allowed = models.BooleanField()
    """Whether the latest hit was recorded."""
    leaves_in = models.FloatField()
    stale_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "rate limit"

    def __str__(self) -> str:
        return self.key
