"""The templates obey the strict content policy, and no form forgets its token. The browser tests see the same live."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
STATIC = Path(settings.BASE_DIR, "static")
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "an inline handler": r"\son[a-z]+\s*=",
    "htmx that needs eval": r"hx-(on|vars|vals)|js:",
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an unescaped value": r"\|\s*safe\b|autoescape\s+off",
    "something from another host": r"""(src|href)=["']https?://""",
}


@pytest.mark.parametrize("fault", FORBIDDEN)
def test_no_template_holds(fault: str) -> None:
    found = [path.name for path in TEMPLATES if re.search(FORBIDDEN[fault], path.read_text())]
    assert found == [], f"{fault} in {found}"


def test_every_post_form_has_its_token() -> None:
    for path in TEMPLATES:
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(), re.DOTALL):
            assert "{% csrf_token %}" in form, path


def test_no_template_is_longer_than_a_page_of_code() -> None:
    assert [path.name for path in TEMPLATES if len(path.read_text().splitlines()) > 150] == []


def test_the_sheet_and_the_scripts_stay_small() -> None:
    sheet = (STATIC / "css" / "taskhub.css").read_bytes()
    scripts = b"".join(path.read_bytes() for path in sorted((STATIC / "js").glob("*.js")))
    assert len(sheet) <= 40_000
    assert len(gzip.compress(sheet)) <= 9_000
    assert len(gzip.compress(scripts)) <= 10_000
