from __future__ import annotations

import json

import pytest

from ai_lsp.cli.main import main
from ai_lsp.cli.table import width_of
from ai_lsp.core.errors import UnknownProviderError
from ai_lsp.core.provider_report import OptionReport, ProviderReport
from tests.cli.support_doors import FakeDoors, FakeHouse

WORK = ProviderReport(
    "work",
    "anthropic",
    active=True,
    origin="https://api.anthropic.com",
    model="claude-haiku-5-5",
    context_window=200_000,
    abilities=("chat", "completion"),
    key="found in WORK_KEY",
    ok=True,
    detail="https://api.anthropic.com answers",
    configured=True,
    used_for=("completion", "chat"),
)
BROKEN = ProviderReport(
    "a-gateway-with-a-very-long-name-of-its-own",
    "openai-compatible",
    active=False,
    origin="https://gateway.example",
    model="a-vendor/a-model-with-a-very-long-name-that-goes-on-and-on",
    context_window=1_048_576,
    abilities=("chat", "completion", "streaming", "embeddings"),
    key="not needed",
    ok=False,
    detail="\x1b[2Jnobody answers at\nhttps://gateway.example; start the server or correct the endpoint",
    configured=True,
    circuit="open",
)
UNUSED = ProviderReport(
    "mistral",
    "mistral",
    active=False,
    origin="https://api.mistral.ai",
    model="m",
    context_window=None,
    abilities=(),
    key="missing",
    ok=None,
    detail="set MISTRAL_API_KEY to use it",
)
OPTIONS = [
    OptionReport("kind", "text", "ollama", "Which implementation"),
    OptionReport("num_ctx", "number", "8192", "Tokens of context"),
]


def shown(capsys: pytest.CaptureFixture[str], *reports: ProviderReport) -> list[str]:
    assert main(["providers"], FakeDoors(FakeHouse(said_providers=reports))) == 0
    return capsys.readouterr().out.splitlines()


def test_a_row_for_each_that_is_set_up_and_a_line_for_the_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, WORK, UNUSED) == [
        "  NAME  KIND       MODEL             WINDOW  KEY    STATE",
        "* work  anthropic  claude-haiku-5-5    200k  found  ok",
        "    completes code and chats · can: chat, completion · key found in WORK_KEY · https://api.anthropic.com answers",
        "",
        "not set up:",
        "  mistral  set MISTRAL_API_KEY to use it",
        "",
        "`ai-lsp providers NAME` shows what can be set",
    ]


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    lines = shown(capsys, WORK, BROKEN, UNUSED)
    assert max(map(width_of, lines)) <= width
    assert "\x1b" not in "".join(lines)
    [row] = [line for line in lines if line.startswith("  a-gateway")]
    assert row.endswith("1.05M  -      FAILED")
    assert "breaker open" in "\n".join(lines)


def test_nobody_who_chats_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert any(line.startswith("nobody chats yet") for line in shown(capsys, UNUSED))


def test_a_list_for_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["providers", "--json"], FakeDoors(FakeHouse(said_providers=[WORK, UNUSED]))) == 0
    work, _ = json.loads(capsys.readouterr().out)
    assert (work["name"], work["abilities"], work["ok"]) == ("work", ["chat", "completion"], True)


def test_what_can_be_set(capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(said_options=OPTIONS)
    assert main(["providers", "ollama"], FakeDoors(house)) == 0
    assert house.questions == ["ollama"]
    assert capsys.readouterr().out.splitlines() == [
        'in the settings file, under [providers.NAME] with kind = "ollama":',
        "",
        "  num_ctx  (number, default 8192)",
        "      Tokens of context",
    ]


def test_a_name_that_nobody_has_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    doors = FakeDoors(FakeHouse(refuses=UnknownProviderError("unknown provider 'olama'; did you mean 'ollama'?")))
    assert main(["providers", "olama"], doors) == 1
    assert capsys.readouterr() == ("", "ai-lsp: unknown provider 'olama'; did you mean 'ollama'?\n")
    assert doors.house.closed
