"""Several senders at once: each message goes out once."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from conftest import Cast
from tasks.models import Delivery, Task
from tasks.notifications import send
from tasks.notifications.channels import Channel
from tasks.outbox import drain
from tasks.tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Post(Channel):
    name = "email"
    sent: Counter[int] = Counter()

    def notify(self, delivery: Delivery) -> str:
        time.sleep(0.001)
        Post.sent[delivery.pk] += 1
        return "x"


def test_two_senders_never_send_the_same(
    cast: Cast, new_task: Callable[..., Task], monkeypatch: pytest.MonkeyPatch
) -> None:
    Post.sent = Counter()
    monkeypatch.setattr(send, "CHANNELS", {"email": Post})
    monkeypatch.setattr(send, "BATCH", 3)
    for _ in range(25):
        new_task(cast.ana, cast.bo)
    drain()
    results = at_once(*[send.send_due] * 4)
    while send.send_due():
        results.append(0)
    rows = Delivery.objects.filter(channel="email")
    assert Post.sent == dict.fromkeys(rows.values_list("pk", flat=True), 1)
    assert len(Post.sent) == 50
    assert set(rows.values_list("state", "attempts")) == {("sent", 1)}
