"""What the README says of settings and providers is so."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from ai_lsp.cli.commands import SUMMARIES
from ai_lsp.house.options import option_reports
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.registry import KINDS
from ai_lsp.providers.services import ProviderSettings
from ai_lsp.settings.reference import reference_table
from ai_lsp.settings.schema import Settings

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES)
def test_settings_can_be_copied(example: str) -> None:
    settings = Settings.model_validate(tomllib.loads(example))
    configured = {
        name: ProviderSettings(name, table.kind, table.model, table.endpoint, table.headers, table.model_extra or {})
        for name, table in settings.providers.items()
    }
    factory = AIProviderFactory(configured)
    chosen = [settings.provider, settings.chat.provider, settings.completion.provider, *settings.fallback]
    for name in {*configured, *filter(None, chosen)} - {"auto"}:
        assert factory.get(name).name == name


def test_the_table_has_every_kind_as_it_is() -> None:
    factory = AIProviderFactory()
    rows = {}
    for kind in sorted(set(KINDS) - {"embedded"}):
        told = {option.name: option.default for option in option_reports(kind, factory)}
        key = told["api_key_env"].replace(" or ", ", ") or "none needed"
        rows[kind] = f"| `{kind}` | {key} | {told['endpoint']} | {told['model'] or 'what the server has'} |"
    section = README.partition("## Any model\n")[2].partition("\n### ")[0]
    assert [line for line in section.splitlines() if line.startswith("| `")] == list(rows.values())


def test_the_table_of_settings_is_that_of_the_schema() -> None:
    below = README.partition("<!-- written by `ai-lsp config schema --table` -->\n")[2]
    assert below.startswith(reference_table())


def test_commands_are_those_that_there_are() -> None:
    named = set(re.findall(r"^    ai-lsp ([a-z]+)", README, re.MULTILINE))
    assert named <= set(SUMMARIES)
    assert {"complete", "chat", "providers", "keys", "usage", "doctor"} <= named
