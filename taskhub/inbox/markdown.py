"""Comments and descriptions as people write them: Markdown, made into the little HTML that a page of ours may hold.

What a browser could run or fetch never gets there: raw HTML stays text, pictures and headings stay as they were typed,
and what comes out is cleaned once more.
"""

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = frozenset(
    {"a", "b", "blockquote", "br", "code", "del", "em", "hr", "li", "ol", "p", "pre", "s", "strong", "ul"}
    | {"table", "tbody", "td", "th", "thead", "tr"}
)
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LEFT_OUT = ("image", "heading", "lheading", "html_block", "html_inline", "reference")


@cache
def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False, "linkify": True, "breaks": True, "maxNesting": 20})
    return reader.enable(["linkify", "strikethrough", "table"]).disable(list(LEFT_OUT))


def html(text: str) -> SafeString:
    """`text` for a page."""
    made = _reader().render(text)
    cleaned = nh3.clean(
        made,
        tags=set(TAGS),
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    return mark_safe(cleaned)  # noqa: S308  cleaned by nh3
