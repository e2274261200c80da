"""What the one JSON parser takes and what it refuses. Pure: no database, no HTTP."""

import json
import time
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from taskhub.contracts import body, formats, strict_json
from taskhub.contracts.contract import Kind
from taskhub.contracts.problems import Refused

numbers = st.integers(-(2**63) + 1, 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(values, st.booleans())
def test_what_is_json_comes_in_as_it_is(value: Any, escaped: bool) -> None:
    assert strict_json.parse(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(st.binary(max_size=60))
def test_no_bytes_do_more_than_be_refused(raw: bytes) -> None:
    with suppress(strict_json.BadJSON):
        strict_json.parse(raw)


REFUSED = {
    "nothing": b"",
    "half": b'{"a": 1',
    "two": b"{} {}",
    "comment": b"{} // no",
    "single quotes": b"{'a': 1}",
    "NaN": b'{"a": NaN}',
    "Infinity": b"[Infinity]",
    "minus Infinity": b"[-Infinity]",
    "too large a float": b"[1e400]",
    "too large an integer": str(2**63).encode(),
    "too small an integer": str(-(2**63)).encode(),
    "5,000 digits": b"9" * 5000,
    "the same key twice": b'{"a": 1, "a": 2}',
    "the same key twice, escaped": b'{"a": 1, "\\u0061": 2}',
    "the same key twice, deep inside": b'{"x": [{"a": 1, "a": 1}]}',
    "a NUL": b'{"a": "\\u0000"}',
    "a NUL in a key": b'{"a\\u0000b": 1}',
    "a raw NUL": b'{"a": "\0"}',
    "half a surrogate pair": b'{"a": "\\ud800"}',
    "the other half": b'["\\udc00 x"]',
    "half a pair in a key": b'{"\\ud83d": 1}',
    "halves the wrong way round": b'["\\udc00\\ud800"]',
    "a raw surrogate": b'["\xed\xa0\x80"]',
    "not UTF-8": b'["\xff"]',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": 1}'.encode("utf-16-le"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "33 levels of lists": b"[" * 33 + b"]" * 33,
    "33 levels of objects": b'{"a":' * 33 + b"1" + b"}" * 33,
    "a control character": b'["\x01"]',
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_refused(raw: bytes) -> None:
    with pytest.raises(strict_json.BadJSON):
        strict_json.parse(raw)


def test_32_levels_are_enough() -> None:
    assert strict_json.parse(b"[" * 32 + b"]" * 32)


def test_brackets_in_texts_are_no_levels() -> None:
    assert strict_json.parse(b'["' + b"[{" * 100 + b'"]') == ["[{" * 100]


def test_a_surrogate_pair_is_one_character() -> None:
    assert strict_json.parse(b'["\\ud83d\\ude00"]') == ["\U0001f600"]


def test_large_integers_are_exact() -> None:
    assert strict_json.parse(b"[9007199254740993, -9223372036854775807]") == [2**53 + 1, -(2**63) + 1]


@pytest.mark.parametrize("levels", [1_000, 5_000, 100_000, 1_048_576])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_deep_nesting_is_refused_at_once(levels: int, opening: bytes) -> None:
    raw = (opening * levels)[: body.MAX_BYTES]
    started = time.thread_time()
    with pytest.raises(strict_json.BadJSON):
        strict_json.parse(raw)
    assert time.thread_time() - started < 0.1


class Endless:
    """A stream that never ends, as a client without a Content-Length may send it."""

    sent = 0

    def read(self, size: int) -> bytes:
        self.sent += size
        return b"[" * size


def test_an_endless_body_is_cut_at_the_limit() -> None:
    stream = Endless()
    with pytest.raises(Refused) as refusal:
        body.read(stream)
    assert refusal.value.kind == Kind.TOO_LARGE
    assert stream.sent <= body.MAX_BYTES + 64 * 1024


def test_the_limit_itself_is_allowed() -> None:
    raw = b'"' + b"x" * (body.MAX_BYTES - 2) + b'"'
    assert len(body.read(BytesIO(raw))) == body.MAX_BYTES


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf8"', "us-ascii"])
def test_a_charset_that_is_utf8_may_be_named(charset: str) -> None:
    assert formats.StrictJSONParser().parse(BytesIO(b"{}"), f"application/json; charset={charset}") == {}


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "utf-7", "bogus"])
def test_another_charset_is_refused(charset: str) -> None:
    with pytest.raises(Refused) as refusal:
        formats.StrictJSONParser().parse(BytesIO(b"{}"), f"application/json; charset={charset}")
    assert refusal.value.kind == Kind.UNSUPPORTED


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    assert json.loads(formats.dumps(value)) == value
