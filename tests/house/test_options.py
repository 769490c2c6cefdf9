from __future__ import annotations

from pathlib import Path

import pytest

from ai_lsp.core.errors import UnknownProviderError
from ai_lsp.house.options import option_reports
from ai_lsp.providers.factory import AIProviderFactory
from ai_lsp.providers.registry import KINDS
from ai_lsp.providers.services import ProviderSettings
from tests.house.support_house import living, table


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_setting_of_every_kind_has_a_type_and_a_meaning(kind: str) -> None:
    options = option_reports(kind, AIProviderFactory())
    assert [option.name for option in options if not (option.type and option.meaning)] == []
    assert len({option.name for option in options}) == len(options)


def test_types_and_defaults_are_told_in_words() -> None:
    options = {option.name: option for option in option_reports("ollama", AIProviderFactory())}
    assert (options["num_ctx"].type, options["num_ctx"].default) == ("number", "8192")
    assert (options["raw_fim"].type, options["raw_fim"].default) == ("true or false", "false")
    assert options["keep_alive"].type == "text or number"
    assert options["thinking"].type == "auto or off or low or medium or high"
    assert options["endpoint"].default == "http://127.0.0.1:11434"
    assert (options["timeout.first_token"].default, options["headers"].type) == ("30.0", "table")


def test_a_name_of_the_persons_own_is_as_good_as_its_kind() -> None:
    factory = AIProviderFactory({"mine": ProviderSettings("mine", "mistral", options={"nonsense": 1})})
    assert option_reports("mine", factory) == option_reports("mistral", factory)
    assert {option.name: option.default for option in option_reports("mine", factory)}["api_key_env"] == (
        "MISTRAL_API_KEY or CODESTRAL_API_KEY"
    )


def test_a_name_that_nobody_has_is_an_error() -> None:
    with pytest.raises(UnknownProviderError, match="did you mean 'mistral'"):
        option_reports("mistrl", AIProviderFactory())


async def test_the_house_tells_them_while_the_settings_are_wrong(tmp_path: Path) -> None:
    async with living(tmp_path, table("mine", "no address", "nonsense = 1", kind="ollama")) as house:
        assert "num_ctx" in [option.name for option in await house.options("mine")]
