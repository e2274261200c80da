"""Scripts over HTTP and on the command line: the documented one as written, everything or nothing, as that person."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.actor import Role
from accounts.models import Membership, User
from conftest import Cast
from taskhub.contracts.testing import Caller
from tasks.models import Priority, Task

PATH = "/api/v1/scripts"
DOCUMENTED = """\
' Create task from conversation
task_id = CREATE TASK "Follow up with customer", "user456"
SET TASK PRIORITY task_id, "high"
SET TASK DUE DATE task_id, NOW() + 24 * 3600
' Check task status
status = GET TASK STATUS task_id
IF status = "completed" THEN
TALK "Task has been completed"
END IF
"""


@pytest.fixture
def jane(cast: Cast) -> User:
    """The person of the document."""
    jane = User.objects.create(username="user456", name="Jane Smith")
    Membership.objects.create(user=jane, organization=cast.acme, role=Role.MEMBER)
    return jane


def run(caller: Caller, script: str, **more: Any) -> Any:
    return caller.post(PATH, {"script": script} | more)


def test_the_documented_script_runs_as_written(ana_calls: Caller, jane: User) -> None:
    response = run(ana_calls, DOCUMENTED)
    found = response.json()
    assert response.status_code == 200, found
    task = Task.objects.get()
    assert (task.title, task.priority, task.source) == ("Follow up with customer", Priority.HIGH, "bots")
    assert task.due_at is not None
    assert 23 * 3600 < (task.due_at - task.created_at).total_seconds() < 25 * 3600
    assert [share.user for share in task.assignments.all()] == [jane]
    assert found["tasks"] == [found["variables"]["task_id"]]
    assert (found["output"], found["variables"]["status"]) == ([], "pending")
    assert ana_calls.get(f"/api/v1/tasks/{found['tasks'][0]}").json()["assignee"]["user_id"] == "user456"


def test_it_talks_once_the_task_is_completed(ana_calls: Caller, jane: User) -> None:
    script = DOCUMENTED.replace("' Check", "SET TASK ASSIGNEE task_id, me\nCOMPLETE TASK task_id\n' Check")
    assert run(ana_calls, script, variables={"me": "ana"}).json()["output"] == ["Task has been completed"]


def test_a_status_is_a_verb_as_in_an_update(ana_calls: Caller) -> None:
    script = 't = CREATE TASK "x", "ana"\nSET TASK STATUS t, "in_progress"\nTALK GET TASK STATUS t'
    assert run(ana_calls, script).json()["output"] == ["in_progress"]
    assert Task.objects.get().started_at is not None


@pytest.mark.parametrize(
    ("end", "line", "words"),
    [
        ("TALK nope", 2, "nope has no value yet"),
        ('SET TASK PRIORITY t, "red"', 2, "Must be one of low, medium, high, critical."),
        ("SET TASK DUE DATE t, NOW() - 1", 2, "Due date must be in the future"),
        ("SET TASK DUE DATE t, 900719925474000", 2, "A due date is NOW()"),
        ('SET TASK ASSIGNEE t, "nobody"', 2, "not known"),
        ('CREATE TASK "", "ana"', 2, ""),
        ('TALK GET TASK STATUS "tsk_xyz789"', 2, "Task tsk_xyz789 not found"),
        ("CREATE TASK 5", 2, "A title is a text."),
        ("\n" + 'CREATE TASK "again"\n' * 10, 12, "at most 10 tasks"),
    ],
)
def test_a_script_that_cannot_go_on_leaves_nothing(ana_calls: Caller, end: str, line: int, words: str) -> None:
    response = run(ana_calls, f't = CREATE TASK "x", "ana"\n{end}')
    found = response.json()
    assert (response.status_code, found["error"], found["line"]) == (400, "script_error", line), found
    assert found["column"] >= 1
    assert words in found["message"]
    assert not Task.objects.exists()


def test_nobody_reaches_further_by_a_script(
    ana_calls: Caller, dan_calls: Caller, as_caller: Callable[..., Caller], ana: User
) -> None:
    made = run(ana_calls, 't = CREATE TASK "x", "ana"').json()["tasks"][0]
    assert run(dan_calls, f'COMPLETE TASK "{made}"').json()["error"] == "script_error"
    assert run(as_caller(ana, scopes=("task.read",)), "TALK 1").status_code == 403
    assert Task.objects.get().is_open


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid_script"),
        ({"script": 5}, "invalid_script"),
        ({"script": "x" * 10_001}, "invalid_script"),
        ({"script": "", "variables": []}, "invalid_variables"),
        ({"script": "", "variables": {"a b": 1}}, "invalid_variables"),
        ({"script": "", "variables": {"a": [1]}}, "invalid_variables"),
        ({"script": "", "variables": {"a": None}}, "invalid_variables"),
        ({"script": "", "variables": {"a": 2**60}}, "invalid_variables"),
        ({"script": "a = 9**9**9"}, "script_error"),
        ({"script": "("}, "script_error"),
    ],
)
def test_what_is_no_script_is_refused(ana_calls: Caller, body: dict[str, Any], code: str) -> None:
    response = ana_calls.post(PATH, body)
    assert (response.status_code, response.json()["error"]) == (400, code)


def test_the_same_request_sent_twice_runs_once(ana_calls: Caller) -> None:
    headers = {"Idempotency-Key": "once"}
    answers = [ana_calls.call("POST", PATH, {"script": 'CREATE TASK "x"'}, headers).json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert Task.objects.count() == 1


def test_a_file_runs_on_the_command_line(tmp_path: Path, jane: User, ana: User) -> None:
    script, output = tmp_path / "follow.bas", StringIO()
    script.write_text(DOCUMENTED + 'TALK "It is " & status\n')
    call_command("basic", str(script), "--user", "ana", stdout=output)
    assert output.getvalue() == "It is pending\n"
    assert Task.objects.get().created_by == ana


def test_the_command_line_says_where_and_who(tmp_path: Path, ana: User) -> None:
    script = tmp_path / "wrong.bas"
    script.write_text("TALK 1\nTALK (")
    with pytest.raises(CommandError, match=r"wrong\.bas:2:7: The script ends too early\."):
        call_command("basic", str(script), "--user", "ana")
    with pytest.raises(CommandError, match="nobody is not known"):
        call_command("basic", str(script), "--user", "nobody")
    with pytest.raises(CommandError, match="ana is not known at globex"):
        call_command("basic", str(script), "--user", "ana", "--organization", "globex")
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("basic", str(tmp_path / "none.bas"), "--user", "ana")
