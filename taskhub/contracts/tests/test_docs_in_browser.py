"""The API pages in a real browser, under the same strict content policy as every page."""

from typing import Any

import pytest

from taskhub.contracts import registry


@pytest.mark.browser
@pytest.mark.parametrize("name", [contract.name for contract in registry.contracts()])
def test_swagger_ui_shows_the_operations_and_the_policy_has_nothing_to_forbid(
    live_server: Any, page: Any, name: str
) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))

    page.goto(f"{live_server.url}/api/docs/{name}/")
    page.wait_for_selector(".opblock")
    page.click(".opblock-summary-control >> nth=0")
    page.wait_for_selector(".opblock-body")

    assert said == []
    assert all(url.startswith((live_server.url, "data:")) for url in asked)
