"""Comments in Markdown: what a browser could run or fetch never gets to a page, and nothing takes long."""

import time

import pytest

from taskhub.inbox.markdown import html


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**now** _please_ ~~no~~", "<p><strong>now</strong> <em>please</em> <s>no</s></p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        (
            "see https://example.com/a",
            '<p>see <a href="https://example.com/a" rel="noopener noreferrer nofollow">https://example.com/a</a></p>',
        ),
        ("# no heading", "<p># no heading</p>"),
        ("@bo look", "<p>@bo look</p>"),
    ],
)
def test_what_is_written_is_shown(text: str, shown: str) -> None:
    assert html(text).strip() == shown


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![x](https://example.com/track.png)",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x]( java\nscript:alert(1))",
        "<a href='javascript:alert(1)'>x</a>",
        "<style>*{display:none}</style>",
        "[x]: javascript:alert(1)\n\n[x]",
        "<svg/onload=alert(1)>",
        "```\n<script>alert(1)</script>\n```",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text: str) -> None:
    shown = html(text).lower()
    for tag in ("<script", "<img", "<style", "<svg", "<iframe", 'href="javascript', 'href="data', 'href="vbscript'):
        assert tag not in shown


@pytest.mark.parametrize(
    "text", ["[" * 10_000, ">" * 10_000, "*a " * 3_333, "`" * 10_000, "a@b." * 2_500, "- " * 5_000]
)
def test_nothing_takes_long(text: str) -> None:
    start = time.process_time()
    html(text)
    assert time.process_time() - start < 2
