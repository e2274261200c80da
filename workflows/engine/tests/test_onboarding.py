"""The process of the worklist document, from its start to its end."""

from typing import Any

from workflows.engine.definition import parse
from workflows.engine.intents import Assignees, OpenTask
from workflows.engine.progress import progress

from .playing import NOW, Play

ONBOARDING: dict[str, Any] = {
    "key": "account-onboarding",
    "name": "New Account Onboarding",
    "entity_type": "CUENTA",
    "variables": {"region": "EU"},
    "steps": [
        {
            "key": "verify",
            "name": "Verify Contact Information",
            "assign": {"user": "jdoe"},
            "due_in": "PT48H",
            "results": [{"code": "approved", "next": "welcome"}, {"code": "rejected", "next": "end"}],
            "fields": [
                {"id": "f_ok", "name": "contact_verified", "type": "boolean", "required": True},
                {"id": "f_phone", "name": "phone_confirmed", "type": "boolean"},
            ],
        },
        {
            "key": "welcome",
            "name": "Send Welcome Email",
            "title": "Welcome {{account}}",
            "assign": {"team": "sales"},
            "results": [{"code": "sent", "next": "review"}, {"code": "failed", "next": "verify"}],
            "fields": [
                {"id": "f_email", "name": "email_address", "type": "text", "required": True, "prefill": "email"},
                {
                    "id": "f_template",
                    "name": "template",
                    "type": "select",
                    "required": True,
                    "options": ["Premium", "Basic"],
                },
            ],
        },
        {"key": "review", "name": "Review Welcome Package", "assign": {"starter": True}},
        {"key": "training", "name": "Training", "duration_hours": 4, "depends_on": ["verify"]},
    ],
}


def test_started_verified_welcomed_reviewed() -> None:
    play = Play(parse(ONBOARDING)).start(by="cleo", account="Acme", email="x@acme.example.com")
    (task,) = play.all_of(OpenTask)
    assert task.assignees == Assignees(users=("jdoe",))
    assert (task.due_at - NOW).days == 2
    play.complete("verify", "approved", contact_verified=True, phone_confirmed=True)
    assert play.open == ["training", "welcome"]
    welcome = next(task for task in play.all_of(OpenTask, last=True) if task.step == "welcome")
    assert welcome.title == "Welcome Acme"
    assert welcome.assignees == Assignees(team="sales")
    assert welcome.prefilled == {"email_address": "x@acme.example.com", "template": None}
    play.complete("welcome", "sent", email_address="y@acme.example.com", template="Premium")
    review = next(task for task in play.all_of(OpenTask, last=True) if task.step == "review")
    assert review.assignees == Assignees(users=("cleo",))
    play.complete("review").complete("training")
    assert play.is_completed
    assert play.state.variables["verify"] == {"outcome": "approved", "contact_verified": True, "phone_confirmed": True}
    assert play.state.variables["email_address"] == "y@acme.example.com"


def test_a_failed_email_loops_back_and_makes_a_new_task() -> None:
    play = Play(parse(ONBOARDING)).start().complete("verify", "approved", contact_verified=True)
    play.complete("welcome", "failed", email_address="nobody", template="Basic")
    assert play.open == ["training", "verify"]
    assert play.run("verify").visit == 2


def test_a_rejection_ends_it_without_training() -> None:
    play = Play(parse(ONBOARDING)).start().complete("verify", "rejected", contact_verified=False)
    assert play.is_completed
    assert play.entered == ["verify"]
    assert progress(play.definition, play.state).percent == 100
