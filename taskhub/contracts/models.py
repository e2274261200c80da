"""What the contracts themselves must remember: requests that must not take effect twice."""

from django.db import models


class IdempotencyKey(models.Model):
    """A request that a client may send again, and what was answered.

    Written in the transaction of the change it belongs to: there is no change without its row and no row without its
    change. Refusals are not kept, so that a corrected request may use the same key.
    """

    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of principal, method, path and key: what makes it the same request, short enough for an index."""
    principal = models.CharField(max_length=120)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=255)
    """For people to read, cut to fit."""
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the query and the canonical body: the same key with another body is a mistake of the client."""
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "idempotency key"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.key})"
