"""Sample data for the style guide: one of everything, nothing from the database."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms

from taskhub.inbox.renderer import PageForm
from taskhub.inbox.shell import Empty, Link, Meter, Pager, Part, Shell
from taskhub.inbox.verbs import Refusal
from tasks.inbox import Count

SHELL = Shell(
    organization="Acme Bank",
    views=(
        Link("My tasks", "#", "inbox", "i", Count(12, False), current=True),
        Link("My teams", "#", "users", "t", Count(1000, True)),
        Link("Created by me", "#", "square-pen", "c", Count(5, False)),
        Link("Completed", "#", "check-check", "d"),
    ),
    teams=(Link("Sales Team", "#"), Link("Legal", "#")),
    unread=4,
    here="styleguide",
    may_create=True,
)
EMPTY = Empty(
    "check-check", "All done", "Nothing waits for you. New work appears here by itself.", "Look at my teams", "#"
)
PAGER = Pager("Pages of tasks", 25, newer="#", older="#")
METER = Meter(
    0.5,
    1,
    "0.5 still waiting",
    (Part("performed", "0", "50"), Part("declined", "50", "20"), Part("pending", "70", "30")),
)
PEOPLE = ("Ana Diaz", "Bo Lind", "Cleo Okafor", "Dan Rossi", "Jean-Luc Martin", "Priya Raman")
REFUSALS = (
    Refusal(("Edit", "Reassign"), "Only a manager or the task's creator may do this."),
    Refusal(("Claim",), "Somebody else holds this share."),
)
DUE_IN = (
    timedelta(days=-9),
    timedelta(hours=-2),
    timedelta(minutes=25),
    timedelta(hours=3),
    timedelta(days=1),
    timedelta(days=40),
)


@dataclass(frozen=True)
class Due:
    moment: datetime | None
    is_open: bool = True


def dues(now: datetime) -> list[Due]:
    return [*(Due(now + distance) for distance in DUE_IN), Due(now - timedelta(days=2), is_open=False), Due(None)]


class SampleForm(PageForm):
    """One field of every kind; empty input shows every error."""

    title = forms.CharField(label="Title", max_length=80)
    kind = forms.ChoiceField(label="Category", choices=[("", "None"), ("sign", "Sign Document")], required=False)
    note = forms.CharField(
        label="Description", widget=forms.Textarea, required=False, help_text="Plain text. Links are kept."
    )
    due = forms.DateTimeField(label="Due", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}), required=False)
    agreed = forms.MultipleChoiceField(
        label="Tell me about", choices=[("a", "Assignments"), ("b", "Comments")], widget=forms.CheckboxSelectMultiple
    )
