"""What docs/processors.md shows is true."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml

from tasks.domain.form import Field, FieldType
from workflows.processing import registry
from workflows.processing.registry import Call, Input, OpenFile, Unreadable

PAGE = (Path(__file__).parents[3] / "docs" / "processors.md").read_text()
EXAMPLES = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["processor"])
def test_the_options_on_the_page_mean_something(example: dict[str, Any]) -> None:
    named = example["options"].get("fields", {})
    fields = [Field(id=name, name=name, type=FieldType.TEXT) for name in named]
    assert registry.faults(example["processor"], example["options"], fields) == ()


def test_every_processor_of_taskhub_has_an_example() -> None:
    assert {example["processor"] for example in EXAMPLES} == {"text", "classify", "segment", "group"}


def test_the_function_on_the_page_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_registry", {})
    source = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    exec(compile(source, "docs/processors.md", "exec"), {})  # noqa: S102
    call = Call(key="1:1", organization_id=1, instance=UUID(int=1), step="extraction", attempt=1)

    def run(data: bytes) -> registry.Output:
        document = OpenFile("a.txt", "text/plain", len(data), lambda: BytesIO(data))
        return registry.run("letterhead", Input(document), call)

    assert run(b"Dorfman AG\nHello").data == {"sender": "Dorfman AG"}
    with pytest.raises(Unreadable):
        run(b"\n")
