"""`--provider` and `--model` reach every kind of service, through the whole house."""

from __future__ import annotations

import json
from contextlib import aclosing
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from ai_lsp.core.completion import Source, Suggestion
from ai_lsp.house.house import House
from ai_lsp.providers.registry import KINDS
from tests.house.support_house import QUESTION, read, suggest
from tests.wire.dialect import KEY, Dialect, asked, service

_FILES = sorted(file.stem for file in (Path(__file__).parents[1] / "wire" / "dialects").glob("[a-z]*.py"))
DIALECTS: dict[str, Dialect] = {
    dialect.kind: dialect for dialect in (import_module(f"tests.wire.dialects.{file}").DIALECT for file in _FILES)
}


def settings(dialect: Dialect, url: str) -> str:
    """A user file whose provider is set to another model than the one that is asked for."""
    options = [f"{name} = {json.dumps(value)}" for name, value in dialect.options.items()]
    lines = ["[providers.mine]", f'kind = "{dialect.kind}"', f'endpoint = "{url}{dialect.base}"', 'model = "unwanted"']
    return "\n".join([*lines, 'api_key_env = "MY_KEY"', *options])


def test_every_kind_is_looked_at() -> None:
    assert set(DIALECTS) == set(KINDS) - {"embedded"}


@pytest.mark.parametrize("kind", sorted(DIALECTS))
async def test_a_named_provider_and_model_are_asked(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", KEY)
    dialect, file = DIALECTS[kind], tmp_path / "config.toml"
    async with service(dialect) as server:
        file.write_text(settings(dialect, server.url))
        async with aclosing(House(file, provider="mine", model=dialect.model)) as house:
            found = await suggest(house, "total = |\nprint(total)\n")
            assert isinstance(found, Suggestion), found
            assert (found.completion.provider, found.completion.source) == ("mine", Source.UPSTREAM)
            question = await asked(server, dialect)
            assert dialect.model in f"{question.target} {question.body!r}"
            assert "unwanted" not in f"{question.target} {question.body!r}"
            text, end = await read(await house.chat(replace(QUESTION, model=dialect.model), "mine"))
            assert text
            assert (end.provider, end.finish_reason) == ("mine", dialect.chat.finish_reason)
            assert house.status().usage_today.requests == 2
