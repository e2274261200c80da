"""Exports as tables: every field a column, nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest

from taskhub.contracts.exports import OWN, cell, table


def task(**data: Any) -> dict[str, Any]:
    return {
        "task_id": "7",
        "filename": "a.pdf",
        "step": "read",
        "completed_at": None,
        "exported_at": None,
        "data": data,
    }


def test_a_row_for_each_task_and_a_column_for_each_field_that_any_of_them_has() -> None:
    written = table([task(total=1.5, name="A"), task(name='say "hi",\nthere', paid=True, lines=[{"n": 1}])])
    head, first, second = csv.reader(io.StringIO(written, newline=""))
    assert head == [*OWN, "data.total", "data.name", "data.paid", "data.lines"]
    assert first[5:] == ["1.5", "A", "", ""]
    assert second[5:] == ["", 'say "hi",\nthere', "true", '[{"n":1}]']


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_a_text_that_would_be_a_formula_is_a_text(text: str) -> None:
    assert cell(text) == f"'{text}"


def test_numbers_stay_numbers_and_names_are_no_formulas_either() -> None:
    assert cell(-1.5) == "-1.5"
    assert table([task(**{"=x": 1}) | {"filename": "=cmd.pdf"}]).split("\r\n")[1].startswith("7,'=cmd.pdf,")
    assert table([]) == "task_id,filename,step,completed_at,exported_at\r\n"
