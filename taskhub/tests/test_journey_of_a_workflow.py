"""A workflow runs by itself where nobody is asked: real workers call its actions and wake its waits.

Real processes, a real mail server: from the start over HTTP to the task that a person finds.
"""

import json
from typing import Any
from urllib.request import Request, urlopen

import pytest

from taskhub.testing.live import LiveSystem
from taskhub.testing.services import free_port, wait_until
from taskhub.testing.smtp import MailServer

pytestmark = pytest.mark.processes

FILE = """
organizations:
  - slug: acme
    name: Acme
    hostname: acme.example.com
    users: [{username: ana, name: Ana Diaz, email: ana@acme.example.com, role: member}]
    projects: [{slug: main, name: Main}]
    api_keys: [{name: robot, user: ana, scopes: [workflow.read, workflow.execute]}]
    workflows:
      - key: invoice
        name: Invoice
        steps:
          - key: send
            name: Send the invoice
            type: automatic
            action: send_mail
            inputs: {to: customer, subject: "'Invoice ' + string(number)", body: "'Please pay.'"}
            outputs: {message_id: result.id}
            next: rest
          - {key: rest, name: Give them a moment, type: wait, for: PT1S, next: check}
          - {key: check, name: Check the payment, assign: {user: ana}}
"""


class Invoices:
    """An organization whose workflow sends a mail, waits and then asks a person."""

    def __init__(self, system: LiveSystem, mails: MailServer) -> None:
        system.environment |= {"EMAIL_URL": mails.url}
        self.system, self.mails = system, mails
        self.key = system.provision(FILE)["organizations"]["acme"]["api_keys"]["robot"]

    def start(self, number: int) -> str:
        variables = {"customer": "payer@customer.example.com", "number": number}
        said = {"definition": "invoice", "variables": variables, "business_key": f"invoice {number}"}
        instance: str = self._ask("/workflow-instances", said)["id"]
        return instance

    def wait_until_asked(self, *instances: str) -> None:
        """Until each instance has come to its person; then each mail must have been sent once."""
        wait_until(lambda: all(self.waits(one) == ["check"] for one in instances), seconds=60, why="nobody is asked")
        subjects = [mail.subject for mail in self.mails.to("payer@customer.example.com")]
        assert sorted(subjects) == [f"Invoice {number}" for number in range(len(instances))]

    def waits(self, instance: str) -> list[str]:
        """The steps of the instance that are open."""
        steps = self._ask(f"/workflow-instances/{instance}")["steps"]
        return [step["step"] for step in steps if step["status"] == "open"]

    def _ask(self, path: str, said: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        body = None if said is None else json.dumps(said).encode()
        request = Request(f"{self.system.url}/api/hub/v1{path}", body, headers)
        with urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.loads(answer.read())
            return found


def test_in_the_embedded_default(live_embedded: LiveSystem, smtp_server: MailServer) -> None:
    invoices = Invoices(live_embedded, smtp_server)
    live_embedded.start("run")
    invoices.wait_until_asked(invoices.start(0))


@pytest.mark.redis
def test_with_two_workers_although_every_nudge_is_lost(live_processes: LiveSystem, smtp_server: MailServer) -> None:
    """The web process talks to a broker that is not there; both workers hear each beat."""
    invoices = Invoices(live_processes, smtp_server)
    live_processes.start("web", WEB_WORKERS="1", REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    live_processes.start("worker", "--concurrency", "1")
    live_processes.start("worker", "--concurrency", "1")
    live_processes.start("scheduler")
    invoices.wait_until_asked(*[invoices.start(number) for number in range(5)])
