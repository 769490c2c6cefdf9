import pytest

from ai_lsp.core.secret import WrongOriginError
from ai_lsp.credentials.environment import EnvironmentKeys

OPENAI = "https://api.openai.com"


def nothing(provider: str) -> None:
    """No user file names a variable."""


async def test_the_usual_variable_is_for_the_usual_address() -> None:
    secret = await EnvironmentKeys(nothing, {"OPENAI_API_KEY": "sk-canary"}).find("openai", "openai", OPENAI)
    assert secret is not None
    assert secret.reveal_for(OPENAI) == "sk-canary"
    with pytest.raises(WrongOriginError):
        secret.reveal_for("https://evil.example")


@pytest.mark.parametrize("origin", ["https://evil.example", "http://api.openai.com", "https://api.openai.com:8443"])
async def test_the_usual_variable_is_for_no_other_address(origin: str) -> None:
    assert await EnvironmentKeys(nothing, {"OPENAI_API_KEY": "sk-canary"}).find("openai", "openai", origin) is None


async def test_a_variable_that_the_user_file_names_is_for_the_address_that_it_names() -> None:
    keys = EnvironmentKeys({"work": "WORK_KEY"}.get, {"WORK_KEY": "sk-work", "OPENAI_API_KEY": "sk-home"})
    secret = await keys.find("work", "openai", "https://gateway.work.example")
    assert secret is not None
    assert secret.reveal_for("https://gateway.work.example") == "sk-work"


async def test_a_named_variable_that_is_empty_does_not_fall_back_to_the_usual_one() -> None:
    keys = EnvironmentKeys({"work": "WORK_KEY"}.get, {"WORK_KEY": " ", "OPENAI_API_KEY": "sk-home"})
    assert await keys.find("work", "openai", OPENAI) is None


def test_the_person_is_told_where_a_key_is_looked_for() -> None:
    keys = EnvironmentKeys({"work": "WORK_KEY"}.get, {})
    assert keys.variables("work", "openai", OPENAI) == ("WORK_KEY",)
    gemini = ("gemini", "gemini", "https://generativelanguage.googleapis.com")
    assert keys.variables(*gemini) == ("GEMINI_API_KEY", "GOOGLE_API_KEY")
    assert keys.variables("mistral", "mistral", "https://codestral.mistral.ai") == ("CODESTRAL_API_KEY",)
    assert keys.variables("openai", "openai", "https://gateway.example") == ()


def test_the_person_is_told_which_variable_has_the_key() -> None:
    keys = EnvironmentKeys(nothing, {"GEMINI_API_KEY": " ", "GOOGLE_API_KEY": "sk-canary"})
    gemini = ("gemini", "gemini", "https://generativelanguage.googleapis.com")
    assert keys.found_in(*gemini) == "GOOGLE_API_KEY"
    assert keys.found_in("openai", "openai", OPENAI) is None
