"""The language by itself: what it reckons, where it says that something is wrong, and that nothing costs much."""

from time import perf_counter

import pytest

from taskhub.basic import ScriptError
from taskhub.basic.grammar import MAX_LENGTH, parse
from taskhub.basic.machine import Machine
from taskhub.basic.values import Value

SECONDS = 0.05
"""Within which the hostile is refused."""


class Told:
    """A host that only notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def create(self, title: Value, assignee: Value | None) -> str:
        self.told.append(("create", title, assignee))
        return "tsk_1"

    def change(self, task: Value, field: str, value: Value) -> None:
        self.told.append((field, task, value))

    def complete(self, task: Value) -> None:
        self.told.append(("complete", task))

    def status(self, task: Value) -> str:
        return "completed"

    def now(self) -> int:
        return 1000


def run(script: str) -> tuple[list[str], list[tuple[object, ...]]]:
    host = Told()
    machine = Machine(host)
    machine.run(parse(script))
    return machine.output, host.told


@pytest.mark.parametrize(
    ("expression", "shown"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("-3 + 10 MOD 4", "-1"),
        ("7 / 2", "3.5"),
        ("6 / 2", "3"),
        ("10 - 2 - 3", "5"),
        ('"a" + "b" & 1', "ab1"),
        ('"say ""hi"""', 'say "hi"'),
        ("1 < 2 AND NOT 2 <= 1", "true"),
        ('"a" <> "b" OR 0', "true"),
        ("1 = 2", "false"),
        ("NOW() + 24 * 3600", "87400"),
        ('LEN("abc") & STR(2)', "32"),
        ("GET TASK STATUS \"tsk_1\" = \"completed\"", "true"),
    ],
)  # fmt: skip
def test_it_reckons(expression: str, shown: str) -> None:
    assert run(f"TALK {expression}")[0] == [shown]


@pytest.mark.parametrize(
    ("script", "output"),
    [
        ("if 1 = 1 then talk 1 else talk 2", ["1"]),
        ("IF 1 > 1 THEN TALK 1", []),
        ("IF 0 THEN\nTALK 1\nELSE\nIF 1 THEN\nTALK 2\nEND IF\nTALK 3\nEND IF", ["2", "3"]),
        ("x = 5 ' five\r\nREM and now\r\n\r\nTALK X", ["5"]),
        ("priority = 1\nset_ = 2\nTALK priority + set_", ["3"]),
        ("' only words ------------------------------------------------------- (((", []),
        ('TALK "------------------------------------------------------------"', ["-" * 60]),
        ("", []),
    ],
)
def test_statements_follow_each_other(script: str, output: list[str]) -> None:
    assert run(script)[0] == output


def test_tasks_are_what_the_host_makes_of_them() -> None:
    script = """
        a = CREATE TASK "x", "bo"
        CREATE TASK "y"
        SET TASK due date a, 5
        SET TASK STATUS a, "pending"
        COMPLETE TASK a
    """
    assert run(script)[1] == [
        ("create", "x", "bo"),
        ("create", "y", None),
        ("due_date", "tsk_1", 5),
        ("status", "tsk_1", "pending"),
        ("complete", "tsk_1"),
    ]


@pytest.mark.parametrize(
    ("script", "line", "column", "words"),
    [
        ("x = 1\ny = ", 2, 5, "ends too early"),
        ("x = 1\ny = \n", 2, 5, "not understood"),
        ("x = 1\n  TALK nope", 2, 8, "nope has no value yet"),
        ('TALK 1 = "a"', 1, 6, "cannot be compared"),
        ('TALK 1 + "a"', 1, 6, "do not go together"),
        ("TALK 1 / 0", 1, 6, "divided by 0"),
        ("TALK 1 MOD 0", 1, 6, "divided by 0"),
        ('IF "a" THEN TALK 1', 1, 1, "neither true nor false"),
        ("IF 1 THEN\nTALK 1", 2, 7, "ends too early"),
        ("TALK NOW(1)", 1, 6, "takes no value"),
        ("TALK 1 TALK 2", 1, 8, "the end of the line"),
        ('x = "abc', 1, 5, "not understood"),
        ("OPEN file", 1, 6, "not understood"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(script: str, line: int, column: int, words: str) -> None:
    with pytest.raises(ScriptError, match=words) as refused:
        run(script)
    assert (refused.value.line, refused.value.column) == (line, column)


HOSTILE = {
    "power": "a = 9**9**9",
    "large numbers": "a = 999999999999999\n" + "a = a * a\n" * 20,
    "digits": "a = " + "9" * 9_000,
    "parentheses": "a = " + "(" * 9_900,
    "negations": "a = " + "-" * 9_900 + "1",
    "nots": "a = " + "NOT " * 2_400 + "1",
    "blocks": "IF 1 THEN\n" * 60 + "END IF\n" * 60,
    "huge texts": 'a = "x"\n' + "a = a + a\n" * 40,
    "a NUL": 'a = "\0"',
    "a NUL outside": "a = \0",
    "a control character": 'a = "\x1b[2J"',
    "dunders": "a = x.__class__.__mro__",
    "a format": 'a = "{0.__class__}".format(1)',
    "an import": "IMPORT os",
    "a file": 'OPEN "/etc/passwd" FOR INPUT AS 1',
    "too long": "'" + "x" * MAX_LENGTH,
}


@pytest.mark.parametrize("script", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_hostile_is_refused_at_once(script: str) -> None:
    parse("TALK 1")  # the parser is built once a process
    fastest = 60.0
    for _ in range(5):  # the best of some: the machine has other work
        begun = perf_counter()
        with pytest.raises(ScriptError):
            run(script)
        fastest = min(fastest, perf_counter() - begun)
    assert fastest < SECONDS


def test_long_sums_need_no_depth() -> None:
    assert run("TALK 1" + " + 1" * 2_000)[0] == ["2001"]


def test_steps_time_and_lines_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ScriptError, match="at most 200 lines"):
        run("TALK 1\n" * 201)
    monkeypatch.setattr("taskhub.basic.machine.MAX_STEPS", 10)
    with pytest.raises(ScriptError, match="too long"):
        run("x = 1\n" * 10)
    monkeypatch.setattr("taskhub.basic.machine.MAX_STEPS", 10_000)
    monkeypatch.setattr("taskhub.basic.machine.MAX_SECONDS", -1.0)
    with pytest.raises(ScriptError, match="too long"):
        run("x = 1")
