import json
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, Field

from ai_lsp.house.options import options_by_kind
from ai_lsp.settings.document import editor_settings, file_schema

EDITORS = Path(__file__).parents[2] / "editors"


@pytest.mark.parametrize(
    ("file", "now", "command"),
    [
        ("settings.schema.json", lambda: file_schema(options_by_kind()), "ai-lsp config schema"),
        ("settings.editor.json", editor_settings, "ai-lsp config schema --editor"),
    ],
)
def test_the_documents_for_editors_are_up_to_date(file: str, now: Any, command: str) -> None:
    assert (EDITORS / file).read_text("utf-8") == now(), f"stale: `{command} > editors/{file}`"


def test_the_schema_knows_every_table_and_what_each_setting_means() -> None:
    schema = json.loads(file_schema({}))
    assert {"provider", "completion", "chat", "providers", "quota", "cache", "profile", "profiles"} <= set(
        schema["properties"]
    )
    completion = schema["$defs"]["CompletionTable"]["properties"]
    assert all("description" in setting for setting in completion.values())


def test_what_an_editor_offers_says_nothing_until_the_person_does() -> None:
    assert all(found["default"] is None and "null" in found["type"] for found in json.loads(editor_settings()).values())


def test_what_names_a_place_may_not_stand_in_a_workspace() -> None:
    word = re.compile(r"endpoint|url|key|token\b|header|proxy|path|command|env|providers", re.IGNORECASE)
    found = json.loads(editor_settings())
    assert {name: found[name]["scope"] for name in found if word.search(name)} == {"aiLsp.providers": "machine"}


def test_settings_of_ours_are_offered_as_they_are_sent() -> None:
    found = json.loads(editor_settings())
    assert found["aiLsp.completion.maxTokens"] == {
        "description": "Longest answer, in tokens.",
        "maximum": 8192,
        "minimum": 1,
        "type": ["integer", "null"],
        "default": None,
        "scope": "resource",
    }


def test_an_empty_user_file_is_right() -> None:
    assert "required" not in json.loads(file_schema({}))


class Tube(BaseModel):
    """What a radio has."""

    volume: int = Field(default=5, ge=0, le=11, description="How loud it is.")
    glow: bool = Field(default=True, description="Whether it can be seen.")


class Transistor(BaseModel):
    """What another one has."""

    volume: int = Field(default=5, ge=0, le=11, description="How loud it is.")
    battery: str | None = Field(default=None, description="What it lives on.")


def test_what_can_be_set_for_a_provider_depends_on_its_kind() -> None:
    tables = json.loads(file_schema({"tube": Tube, "transistor": Transistor, "silent": None}))["$defs"]
    kinds = {one["if"]["properties"]["kind"].get("const"): one["then"] for one in tables["ProviderTable"]["allOf"]}
    assert list(kinds["tube"]["properties"]) == ["volume", "glow"]
    assert kinds["transistor"]["properties"]["battery"]["description"] == "What it lives on."
    assert kinds["silent"] == {"properties": {}}
    assert kinds[None] == {"additionalProperties": True}, "what a plug-in's provider has is not known here"
    assert tables["ProviderTable"]["unevaluatedProperties"] is False
    # a profile need not say the kind again, so it is offered what all kinds have
    assert "volume" in tables["ProviderChange"]["properties"]
    assert "glow" not in tables["ProviderChange"]["properties"]


def test_every_setting_of_every_kind_is_in_the_schema_with_its_meaning() -> None:
    kinds = options_by_kind()
    table = json.loads(file_schema(kinds))["$defs"]["ProviderTable"]
    found = {one["if"]["properties"]["kind"].get("const"): one["then"].get("properties") for one in table["allOf"]}
    for kind, model in kinds.items():
        fields = {} if model is None else model.model_fields
        assert {name: one["description"] for name, one in found[kind].items()} == {
            name: field.description for name, field in fields.items()
        }
    assert {"num_ctx", "keep_alive", "temperature"} <= set(found["ollama"])
