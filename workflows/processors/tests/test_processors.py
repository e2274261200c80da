"""What the built-in processors say of real files."""

from collections.abc import Mapping
from io import BytesIO
from time import process_time
from typing import Any
from uuid import UUID

import pytest

from tasks.domain.files import content_type
from tasks.domain.form import Field, FieldType, Option
from tasks.domain.signatures import HEAD
from workflows.engine.values import plain
from workflows.processing import registry
from workflows.processing.registry import Call, Input, OpenFile, Output, Unreadable
from workflows.processors import patterns
from workflows.processors.meaning import meaning

from .papers import Page, pdf, picture, scan

CALL = Call(key="1:1", organization_id=1, instance=UUID(int=1), step="extraction", attempt=1)


def file(data: bytes, name: str) -> OpenFile:
    return OpenFile(name, content_type(name, data[:HEAD]), len(data), lambda: BytesIO(data))


def work(
    processor: str,
    document: OpenFile | None,
    *fields: Field,
    options: Mapping[str, Any] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> Output:
    given = options or {}
    assert registry.faults(processor, given, fields) == ()
    output = registry.run(processor, Input(document, given, variables or {}, fields), CALL)
    assert plain(dict(output.data)) == dict(output.data)
    assert plain(dict(output.metadata)) == dict(output.metadata)
    return output


def field(name: str, kind: str = "text", **more: Any) -> Field:
    return Field(id=name, name=name, type=FieldType(kind), **more)


INVOICE = pdf(
    [
        "Dorfman AG - Invoice",
        "Invoice number: R-2026-0017",
        "Date: 31.03.2026",
        "Net amount:",
        "1.000,00 EUR",
        "Total 1.190,00 EUR",
        "Paid: no",
        "Method: Bank transfer",
    ],
    title="Invoice",
)
FIELDS = (
    field("invoice_number"),
    field("date", "date"),
    field("net", "number", label="Net amount"),
    field("total", "number"),
    field("paid", "boolean"),
    field("method", "select", options=(Option("bank", "Bank transfer"), Option("card", "Card"))),
    field("pages", "number"),
)


def test_a_pdf_fills_the_fields_whose_labels_stand_in_it_and_says_how_sure_it_is() -> None:
    output = work("text", file(INVOICE, "invoice.pdf"), *FIELDS)
    assert output.data == {
        "invoice_number": "R-2026-0017",
        "date": "2026-03-31",
        "net": 1000,
        "total": 1190,
        "paid": False,
        "method": "bank",
        "pages": 1,
    }
    sure = output.metadata["confidence"]
    assert sure["pages"] == 1.0
    assert sure["invoice_number"] > sure["net"] > sure["total"]
    assert [(one.code, one.field) for one in output.issues] == [("low_confidence", "net"), ("low_confidence", "total")]
    assert (output.metadata["pages"], output.metadata["title"]) == (1, "Invoice")


def test_a_pattern_decides_where_a_field_has_one() -> None:
    options = {"fields": {"invoice_number": r"(?i)invoice number:\s*(\S+)", "total": {"pattern": r"Total (\S+)"}}}
    output = work("text", file(INVOICE, "invoice.pdf"), *FIELDS[:1], FIELDS[3], options=options)
    assert output.data == {"invoice_number": "R-2026-0017", "total": 1190}
    assert output.issues == []
    assert set(output.metadata["confidence"].values()) == {0.95}


def test_what_stands_in_several_places_and_differs_is_less_sure() -> None:
    text = file(b"Total: 5\nTotal: 6\n", "a.txt")
    for options in ({}, {"fields": {"total": r"Total: (\d+)"}}):
        output = work("text", text, field("total", "number"), options=options)
        assert output.data == {"total": 5}
        assert [issue.code for issue in output.issues] == ["low_confidence"]
    same = file(b"Total: 5\nTotal: 5\n", "a.txt")
    assert not work("text", same, field("total", "number")).issues


def test_a_value_that_does_not_fit_is_left_out_and_said() -> None:
    output = work("text", file(b"Total: see page 2\nDate: soon\n", "a.txt"), field("total", "number"), FIELDS[1])
    assert output.data == {"total": 2}
    assert [(one.code, one.field) for one in output.issues] == [("invalid", "date")]
    assert "soon" in output.issues[0].message


def test_a_table_of_one_row_a_text_and_a_picture_fill_what_they_can() -> None:
    row = work("text", file(b"Invoice number,Total\nR-1,12.5\n", "row.csv"), FIELDS[0], FIELDS[3])
    assert row.data == {"invoice_number": "R-1", "total": 12.5}
    letter = work("text", file("Größe: 12 m²\n".encode("utf-16"), "a.txt"), field("size", "number", label="Größe"))
    assert letter.data == {"size": 12}
    photo = work("text", file(picture("JPEG"), "a.jpg"), field("width", "number"), field("total", "number"))
    assert photo.data == {"width": 320}
    assert photo.metadata["kind"] == "image"


@pytest.mark.parametrize("name", ["text", "classify", "segment", "group"])
def test_what_nobody_can_read_is_unreadable_to_each_processor(name: str) -> None:
    options = {"classify": {"classes": [{"label": "a", "any": ["a"]}]}, "group": {"pattern": "a"}}.get(name, {})
    for document in (None, file(INVOICE[:900], "invoice.pdf"), file(b"PK\x03\x04", "a.docx"), file(b"text", "a.pdf")):
        with pytest.raises(Unreadable):
            work(name, document, options=options)


KINDS = {
    "classes": [
        {"label": "invoice", "any": ["invoice", "Rechnung"], "all": ["total"]},
        {"label": "reminder", "any": ["reminder", "overdue"], "all": ["total"]},
        {"label": "contract", "pattern": r"(?i)\bthis agreement\b"},
    ],
    "otherwise": "other",
}


@pytest.mark.parametrize(
    ("words", "label", "unsure"),
    [
        ("Rechnung\nTotal 5", "invoice", False),
        ("Reminder of our invoice\nTotal 5, overdue", "reminder", True),
        ("THIS AGREEMENT is made", "contract", False),
        ("invoices totalled", "other", True),
        ("", "other", True),
    ],
)
def test_a_document_is_classified_by_the_words_in_it(words: str, label: str, unsure: bool) -> None:
    output = work("classify", file(words.encode() or b" ", "a.txt"), options=KINDS)
    assert output.data == {"label": label}
    assert [issue.code for issue in output.issues] == (["low_confidence"] if unsure else [])


def test_a_classifier_can_look_at_what_a_step_before_has_found() -> None:
    output = work(
        "classify",
        None,
        options=KINDS | {"in": "extraction.subject"},
        variables={"extraction": {"subject": "Invoice, total 5"}},
    )
    assert output.data == {"label": "invoice"}


def _segments(options: Mapping[str, Any], *pages: Page) -> list[tuple[int, int, str]]:
    output = work("segment", file(pdf(*pages), "pile.pdf"), options=options)
    return [(one["first_page"], one["last_page"], one["label"]) for one in output.data["segments"]]


def test_a_pile_is_parted_at_empty_pages_at_separators_and_where_a_document_begins() -> None:
    assert _segments({}, ["a"], ["b"], [], ["c"], scan(), scan("d")) == [(1, 2, ""), (4, 4, ""), (6, 6, "")]
    assert _segments({"blank": False}, ["a"], [], ["c"]) == [(1, 3, "")]
    sheets = (["=== Letters ==="], ["a"], ["b"], ["=== Bills ==="], ["c"])
    assert _segments({"separator": "=== (.+) ==="}, *sheets) == [(2, 3, "Letters"), (5, 5, "Bills")]
    firsts = (["Invoice R-1"], ["more"], ["Invoice R-2"])
    assert _segments({"first_page": r"Invoice (R-\d+)"}, *firsts) == [(1, 2, "R-1"), (3, 3, "R-2")]
    assert _segments({}, [], []) == []


def test_documents_are_grouped_by_a_variable_or_by_what_stands_in_them() -> None:
    by_key = work(
        "group", None, options={"key": "extraction.customer"}, variables={"extraction": {"customer": " D 7 "}}
    )
    assert by_key.data == {"group": "D 7"}
    by_pattern = work("group", file(INVOICE, "a.pdf"), options={"pattern": r"R-\d+-(\d+)"})
    assert by_pattern.data == {"group": "0017"}
    nothing = work("group", None, options={"key": "nobody"})
    assert nothing.data == {"group": None}
    assert [(one.code, one.field) for one in nothing.issues] == [("missing", "group")]


@pytest.mark.parametrize(
    ("processor", "options", "words"),
    [
        ("text", {"fields": {"total": "(?=x)"}}, "fields.total"),
        ("text", {"fields": {"total": r"(a)\1"}}, "no pattern"),
        ("text", {"fields": {"nobody": "a"}}, "no such field"),
        ("text", {"fields": {"total": "a" * 501}}, "500"),
        ("text", {"fields": {"total": 5}}, "fields.total"),
        ("text", {"fields": {"total": {"confidence": 1}}}, "no pattern"),
        ("text", {"fields": {"total": "((a{100}){100}){100}"}}, "no pattern"),
        ("text", {"sure": 2}, "0 to 1"),
        ("text", {"dates": "ymd"}, "dmy, mdy"),
        ("text", {"pattern": "a"}, "no option 'pattern'"),
        ("classify", {}, "classes"),
        ("classify", {"classes": [{"label": "a"}]}, "nothing to look for"),
        ("classify", {"classes": [{"any": ["a"]}]}, "label"),
        ("classify", {"classes": [{"label": "a", "any": [""]}]}, "classes[0].any"),
        ("segment", {"blank": "no"}, "true or false"),
        ("group", {}, "either"),
        ("group", {"key": "a", "pattern": "b"}, "either"),
    ],
)
def test_options_that_mean_nothing_are_refused_by_name(processor: str, options: Any, words: str) -> None:
    faults = registry.faults(processor, options, [field("total", "number")])
    assert len(faults) == 1
    assert words in faults[0]


def test_a_processor_nobody_knows_here_has_no_faults_and_cannot_run() -> None:
    assert registry.faults("elsewhere", {"x": 1}, ()) == ()
    assert registry.names() >= {"text", "classify", "segment", "group"}
    with pytest.raises(registry.NotFound, match="elsewhere"):
        registry.run("elsewhere", Input(None), CALL)


@pytest.mark.parametrize("pattern", [r"^(a+)+$", "(a|a)*b", "(x+x+)+y", "(.*a){20}b", r"(\w+\s?)*$"])
def test_no_pattern_takes_long_on_any_text(pattern: str) -> None:
    started = process_time()
    patterns.first(patterns.compiled(pattern), "a" * 500_000 + "!")
    assert process_time() - started < 1


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("number", "1,234.50", 1234.5),
        ("number", "1.234,50 €", 1234.5),
        ("number", "CHF 1'234.50", 1234.5),
        ("number", "1.234.567", 1234567),
        ("number", "-12", -12),
        ("number", "12,5 %", 12.5),
        ("number", "1,234", 1234),
        ("date", "2026-3-1", "2026-03-01"),
        ("date", "on 31.12.2026.", "2026-12-31"),
        ("date", "31/12/2026", "2026-12-31"),
        ("date", "12/31/2026", "2026-12-31"),
        ("date", "3 March 2026", "2026-03-03"),
        ("date", "Mar. 3, 2026", "2026-03-03"),
        ("boolean", "[X]", True),
        ("boolean", "No", False),
    ],
)
def test_a_text_means_what_people_mean_by_it(kind: str, text: str, value: object) -> None:
    assert meaning(field("f", kind), text)[0] == value


def test_what_can_be_read_in_two_ways_is_unsure() -> None:
    assert meaning(field("f", "date"), "03/04/2026") == ("2026-04-03", 0.6)
    assert meaning(field("f", "date"), "03/04/2026", month_first=True) == ("2026-03-04", 0.6)
    assert meaning(field("f", "number"), "1.234")[1] < 0.8
    assert meaning(field("f", "number"), "12 of 30")[1] < 0.8


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "none"),
        ("number", ""),
        ("date", "31.02.2026"),
        ("date", "99/99/2026"),
        ("date", "3 Foo 2026"),
        ("boolean", "perhaps"),
        ("select", "x"),
        ("file", "x"),
        ("date", "0000-00-00"),
    ],
)
def test_what_means_nothing_is_refused_in_words(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match="is "):
        meaning(field("f", kind), text)


def test_hostile_texts_cost_no_time() -> None:
    lines = ("Total " * 300 + ":\n") * 200 + "a:" * 100_000 + "\n" + "9" * 100_000 + "\nTotal: " + "1," * 50_000
    started = process_time()
    output = work("text", file(lines.encode(), "a.txt"), *(field(f"total{n}", "number") for n in range(50)), FIELDS[3])
    assert process_time() - started < 2
    assert len(output.issues) < 200
