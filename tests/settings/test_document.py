import json
import re
from pathlib import Path
from typing import Any

import pytest

from ai_lsp.settings.document import editor_settings, file_schema

EDITORS = Path(__file__).parents[2] / "editors"


@pytest.mark.parametrize(
    ("file", "now", "command"),
    [
        ("settings.schema.json", file_schema, "ai-lsp config schema"),
        ("settings.editor.json", editor_settings, "ai-lsp config schema --editor"),
    ],
)
def test_the_documents_for_editors_are_up_to_date(file: str, now: Any, command: str) -> None:
    assert (EDITORS / file).read_text("utf-8") == now(), f"stale: `{command} > editors/{file}`"


def test_the_schema_knows_every_table_and_what_each_setting_means() -> None:
    schema = json.loads(file_schema())
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
    assert "required" not in json.loads(file_schema())
