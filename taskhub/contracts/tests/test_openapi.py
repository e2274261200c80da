"""One valid OpenAPI document per contract, as the snapshot in docs/openapi has it, and Swagger UI without any CDN."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from drf_spectacular.validation import validate_schema

from taskhub.contracts import openapi, registry
from taskhub.contracts.contract import Contract

every_contract = pytest.mark.parametrize("contract", registry.contracts(), ids=lambda contract: contract.name)


@every_contract
def test_the_document_is_valid_openapi(contract: Contract) -> None:
    validate_schema(openapi.document(contract))


@every_contract
def test_the_document_is_the_one_that_was_reviewed(contract: Contract) -> None:
    assert openapi.snapshot(contract).read_text() == openapi.text(contract), "run manage.py openapi and review"


@every_contract
def test_the_document_is_served(contract: Contract, client: Client) -> None:
    response = client.get(f"/api/schema/{contract.name}/")
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == json.loads(openapi.text(contract))


@every_contract
def test_every_operation_says_who_may_and_what_goes_wrong(contract: Contract) -> None:
    for path, operations in openapi.document(contract)["paths"].items():
        for method, operation in operations.items():
            documented = set(operation["responses"])
            assert documented >= {"401", "403", "429", "500", "503"}
            assert operation["summary"], f"{method} {path} has no summary"
            if method in ("post", "patch"):
                assert documented >= {"413", "415"}


def test_every_contract_has_a_name_of_its_own() -> None:
    names = [contract.name for contract in registry.contracts()]
    assert len(set(names)) == len(names)


def test_the_command_says_what_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(openapi, "FOLDER", tmp_path / "openapi")
    with pytest.raises(CommandError, match=r"customers\.json"):
        call_command("openapi", "--check")
    call_command("openapi")
    call_command("openapi", "--check")
    assert capsys.readouterr().out.splitlines()[-1] == "Unchanged: all documents"


def test_the_index_leads_to_every_contract(client: Client) -> None:
    page = client.get("/api/docs/").text
    for contract in registry.contracts():
        assert f'href="/api/docs/{contract.name}/"' in page
        assert f'href="/api/schema/{contract.name}/"' in page


@every_contract
def test_swagger_ui_asks_nobody_else(contract: Contract, client: Client) -> None:
    page = client.get(f"/api/docs/{contract.name}/")
    script = client.get(f"/api/docs/{contract.name}/?script=")
    assert page.status_code == script.status_code == 200
    assert not re.search(r'(src|href)="(https?:)?//', page.text)
    assert "<style" not in page.text
    assert not re.search(r"<script(?! src=)", page.text)
    assert f"/api/schema/{contract.name}/" in script.text.replace("\\u002D", "-")


@pytest.mark.parametrize("path", ["/api/docs/nothing/", "/api/schema/nothing/"])
def test_a_contract_that_is_none_has_no_pages(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404
