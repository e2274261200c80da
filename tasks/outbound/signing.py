"""Signs what is sent as Standard Webhooks says, so that its receiver knows who sent it, and that once is once."""

from datetime import datetime

from standardwebhooks.webhooks import Webhook


def signed(secret: str, identity: str, now: datetime, body: bytes) -> dict[str, str]:
    """The headers that go with the body. `identity` stays the same for every try of one message."""
    return {
        "Content-Type": "application/json",
        "Webhook-Id": identity,
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": Webhook(secret).sign(identity, now, body.decode()),
    }
