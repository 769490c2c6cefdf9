from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.house.inspection import Inspection

FILE = """
provider = "mine"
plugins = ["nobody-has-this"]
[providers.mine]
kind = "ollama"
num_ctxx = 1
[providers.other]
kind = "openai"
endpoint = "http://far.example"
[completion]
max_tokens = "many"
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "config.toml"
    path.write_text(content)
    return path


async def test_everything_that_is_wrong_is_told_at_once_also_by_the_providers(tmp_path: Path) -> None:
    path = written(tmp_path, FILE)
    problems = await Inspection(path).problems()
    assert [problem.startswith(f"{path}: ") for problem in problems].count(True) == 3
    told = "\n".join(problems)
    for part in ("completion.max_tokens", "num_ctxx", "far.example", "nobody-has-this"):
        assert part in told


def test_values_come_with_their_layers_and_without_secrets(tmp_path: Path) -> None:
    content = '[providers.mine]\nkind = "ollama"\napi_key_env = "MY_KEY"\nheaders = { X-A = "s3cret" }\nsome_token = "s3cret"\n'
    values = {value.path: value for value in Inspection(written(tmp_path, content)).values(everything=True)}
    assert "s3cret" not in str(values)
    assert values["providers.mine.api_key_env"].value == "MY_KEY"
    assert values["providers.mine.kind"].layer == str(tmp_path / "config.toml")
    assert (values["completion.max_tokens"].value, values["completion.max_tokens"].layer) == (64, "default")
    assert values["providers.mine.retry.attempts"].layer == "default"


def test_an_address_is_allowed_and_revoked_by_its_origin_and_written_down(tmp_path: Path) -> None:
    inspection = Inspection(written(tmp_path, ""))
    assert inspection.allow("https://ai.example/v1/chat") == "https://ai.example"
    assert [answer.origin for answer in Inspection(None).answers()] == ["https://ai.example"]
    assert inspection.revoke("https://ai.example/other") == "https://ai.example"
    assert inspection.revoke("https://ai.example") is None
    assert [entry.kind for entry in inspection.audit.entries()] == ["trust allowed", "trust revoked"]
    with pytest.raises(ConfigurationError, match="http is for this machine only"):
        inspection.allow("http://ai.example")
