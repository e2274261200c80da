"""Who may do what: every role in every relation to a task, verb by verb. No database."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.access import ProjectAccess
from accounts.actor import SCOPES, Actor, Role
from tasks import actions, policy
from tasks.domain.errors import NotAllowed, WrongState
from tasks.domain.facts import Share, TaskFacts
from tasks.domain.lifecycle import ShareState, State
from tasks.policy import Standing

ME, OTHER, TEAM = 1, 2, 7
ONE = Decimal(1)
MINE = Share(1, ME, None, ONE)
TEAMS = Share(2, None, TEAM, ONE)
THEIRS = Share(3, OTHER, None, ONE)
RELATIONS: dict[str, tuple[Share, ...]] = {
    "stranger": (THEIRS,),
    "creator": (THEIRS,),
    "watcher": (THEIRS,),
    "assignee": (MINE, THEIRS),
    "candidate": (TEAMS, THEIRS),
    "holder": (replace(MINE, claimed_from=TEAM), THEIRS),
    "too late": (replace(THEIRS, claimed_from=TEAM),),
    "has performed": (replace(MINE, state=ShareState.PERFORMED), TEAMS),
    "has declined": (replace(MINE, state=ShareState.DECLINED), TEAMS),
    "was replaced": (replace(MINE, state=ShareState.REPLACED), THEIRS),
}
VERBS = ("start", "perform", "complete", "decline", "claim", "release", "reassign", "update", "cancel", "fail",
         "reopen", "delete", "escalate", "comment", "attach", "watch", "progress", "check", "log",
         "discard", "report", "unlock")  # fmt: skip

# + allowed, n not an assignee, - forbidden, w wrong state; the columns are VERBS
#                     start
#                     | perform
#                     | | complete
#                     | | | decline
#                     | | | | claim
#                     | | | | | release
#                     | | | | | | reassign
#                     | | | | | | | update
#                     | | | | | | | | cancel
#                     | | | | | | | | | fail
#                     | | | | | | | | | | reopen
#                     | | | | | | | | | | | delete
#                     | | | | | | | | | | | | escalate
#                     | | | | | | | | | | | | | comment
#                     | | | | | | | | | | | | | | attach
#                     | | | | | | | | | | | | | | | watch
#                     | | | | | | | | | | | | | | | | progress
#                     | | | | | | | | | | | | | | | | | check
#                     | | | | | | | | | | | | | | | | | | log
#                     | | | | | | | | | | | | | | | | | | | discard
#                     | | | | | | | | | | | | | | | | | | | | report
#                     | | | | | | | | | | | | | | | | | | | | | unlock
TABLE = {
    (Role.VIEWER, "stranger"):       "n n n n n n - - - - - - - - - + n n - - - -",
    (Role.VIEWER, "creator"):        "n n n n n n - - - - - - - - - + n n - - - -",
    (Role.VIEWER, "assignee"):       "- - - - - n - - - - - - - - - + - - - - - -",
    (Role.VIEWER, "candidate"):      "- - - - - n - - - - - - - - - + - - - - - -",
    (Role.MEMBER, "stranger"):       "n n n n n n - - - - - - - + + + n n + - + -",
    (Role.MEMBER, "watcher"):        "n n n n n n - - - - - - - + + + n n + - + -",
    (Role.MEMBER, "was replaced"):   "n n n n n n - - - - - - - + + + n n + - + -",
    (Role.MEMBER, "creator"):        "+ n + n n n + + + + + + - + + + + + + + + w",
    (Role.MEMBER, "assignee"):       "+ + + + + n - - - - - - - + + + + + + - + w",
    (Role.MEMBER, "candidate"):      "+ + + + + n - - - - - - - + + + + + + - + w",
    (Role.MEMBER, "holder"):         "+ + + + + + - - - - - - - + + + + + + - + w",
    (Role.MEMBER, "too late"):       "w w w w w n - - - - - - - + + + w w + - + w",
    (Role.MEMBER, "has performed"):  "w w w w w n - - - - - - - + + + w w + - + w",
    (Role.MEMBER, "has declined"):   "w w w w w n - - - - - - - + + + w w + - + w",
    (Role.MANAGER, "stranger"):      "+ n + n n n + + + + + + + + + + + + + + + w",
    (Role.MANAGER, "assignee"):      "+ + + + + n + + + + + + + + + + + + + + + w",
    (Role.MANAGER, "has performed"): "+ w + w w n + + + + + + + + + + + + + + + w",
    (Role.ADMIN, "stranger"):        "+ n + n n n + + + + + + + + + + + + + + + w",
}  # fmt: skip


def standing(role: Role, relation: str, *, work: bool = False, manage: bool = False) -> Standing:
    actor = Actor(kind="user", organization_id=1, role=role, user_id=ME, team_ids=(TEAM,))
    access = ProjectAccess(1, UUID(int=1), "p", "P", "organization", view=True, work=work, manage=manage)
    facts = TaskFacts(State.PENDING, ONE, shares=RELATIONS[relation])
    return Standing(actor, access, facts, is_creator=relation == "creator", is_watcher=relation == "watcher")


def sign(found: Standing, verb: str) -> str:
    try:
        policy.RULES[verb](found, verb)
    except WrongState:
        return "w"
    except NotAllowed as refused:
        return "n" if refused.code == "not_assignee" else "-"
    return "+"


@pytest.mark.parametrize(("role", "relation"), TABLE)
def test_the_table_says_who_may(role: Role, relation: str) -> None:
    assert " ".join(sign(standing(role, relation), verb) for verb in VERBS) == TABLE[role, relation]


def test_every_verb_has_a_column() -> None:
    assert set(policy.RULES) == set(VERBS)


def test_a_project_given_to_manage_makes_a_member_its_manager() -> None:
    for relation in ("stranger", "assignee"):
        found = standing(Role.MEMBER, relation, manage=True)
        assert " ".join(sign(found, verb) for verb in VERBS) == TABLE[Role.MANAGER, relation]


def test_a_project_given_to_work_in_lets_a_viewer_work() -> None:
    found = standing(Role.VIEWER, "assignee", work=True)
    assert " ".join(sign(found, verb) for verb in VERBS) == TABLE[Role.MEMBER, "assignee"]


@pytest.mark.parametrize("verb", VERBS)
def test_without_the_scope_nothing_is_changed_by_anyone(verb: str) -> None:
    found = standing(Role.ADMIN, "assignee")
    for scopes in (frozenset[str](), frozenset(SCOPES) - {"task.edit", "admin"}):
        refused = policy.refusal(replace(found, actor=replace(found.actor, scopes=scopes)), verb)
        assert refused is not None
        assert refused.code == "scope_missing"


@pytest.mark.parametrize("verb", VERBS)
def test_the_right_is_asked_before_the_state(verb: str) -> None:
    closed = TaskFacts(State.CANCELED, ONE, shares=(THEIRS,))
    nobody = replace(standing(Role.VIEWER, "stranger"), facts=closed)
    refused = policy.refusal(nobody, verb)
    assert (verb == "watch") == (refused is None)
    assert refused is None or isinstance(refused, NotAllowed)


def test_who_works_on_a_step_of_a_workflow_may_discard_it() -> None:
    step = replace(standing(Role.MEMBER, "assignee"), is_step=True)
    assert (sign(step, "discard"), sign(step, "cancel")) == ("+", "-")
    assert sign(replace(standing(Role.MEMBER, "stranger"), is_step=True), "discard") == "n"


def test_actions_say_for_each_button_whether_it_is_on_or_why_not() -> None:
    found = {action.code: action for action in actions.actions(standing(Role.MEMBER, "assignee"), "sign")}
    assert list(found) == list(actions.LABELS)
    assert all(action.enabled != bool(action.why_not) for action in found.values())
    assert [code for code, action in found.items() if action.enabled] == ["start", "complete", "decline"]
    assert found["complete"].label == "Sign"
    assert found["claim"].why_not == "No team's share is waiting to be claimed."
    assert found["cancel"].why_not == "Only a manager or the creator of this task may cancel it."


@pytest.mark.parametrize(
    ("relation", "enabled"),
    [
        ("stranger", []),
        ("candidate", ["claim", "start", "complete", "decline"]),
        ("holder", ["start", "complete", "decline", "release"]),
        ("creator", ["start", "complete", "reassign", "update", "cancel", "delete"]),
        ("has performed", []),
    ],
)
def test_the_buttons_of_a_member(relation: str, enabled: list[str]) -> None:
    found = actions.actions(standing(Role.MEMBER, relation))
    assert [action.code for action in found if action.enabled] == enabled


def test_a_closed_task_can_be_reopened_and_deleted_by_who_manages_it() -> None:
    closed = replace(standing(Role.MANAGER, "stranger"), facts=TaskFacts(State.COMPLETED, ONE, shares=(THEIRS,)))
    assert [action.code for action in actions.actions(closed) if action.enabled] == ["reopen", "delete"]
