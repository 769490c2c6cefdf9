import json
from typing import NoReturn

import pytest

from ai_lsp.cli import doctor
from ai_lsp.cli.main import main
from ai_lsp.core.check import Check
from ai_lsp.core.reasons import Reason, Silence
from tests.cli.support_doors import FakeDoors, FakeHouse, suggestion


@pytest.fixture(autouse=True)
def a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    checks = [
        Check("Python", ok=True, detail="3.12"),
        Check("Neovim", ok=None, detail="too old", next_step="install 0.12"),
    ]
    monkeypatch.setattr(doctor, "environment_checks", lambda: iter(checks))


def _house(*checks: Check) -> FakeHouse:
    return FakeHouse(suggestion("iply(width, height)"), said_checks=checks)


def test_everything_works(capsys: pytest.CaptureFixture[str]) -> None:
    doors = FakeDoors(_house(Check("settings", ok=True, detail="config.toml (in force)")))
    assert main(["doctor"], doors) == 0
    *lines, engine, empty, summary = capsys.readouterr().out.splitlines()
    assert lines == [
        "ok     Python           3.12",
        "note   Neovim           too old",
        "                        -> install 0.12",
        "ok     settings         config.toml (in force)",
    ]
    assert engine.startswith("ok     embedded engine  completed a test line in ")
    assert (empty, summary) == ("", "everything that was looked at works")
    assert [(provider, model) for _, _, provider, model in doors.opened] == [(None, None), ("embedded", None)]
    assert doors.house.closed


def test_something_does_not_work(capsys: pytest.CaptureFixture[str]) -> None:
    problem = Check("setting", ok=False, detail="provder: there is no such setting", next_step="correct it")
    assert main(["doctor"], FakeDoors(_house(problem))) == 1
    said = capsys.readouterr().out
    assert "FAILED setting          provder: there is no such setting\n                        -> correct it\n" in said
    assert said.endswith("\n1 of 4 checks failed\n")


@pytest.mark.parametrize(
    ("house", "detail"),
    [
        (FakeHouse(suggestion("iplier")), "did not complete a test line: answered 'iplier'"),
        (FakeHouse(Silence(Reason.UNSURE)), f"did not complete a test line: {Reason.UNSURE.sentence}"),
    ],
)
def test_an_engine_that_does_not_work(house: FakeHouse, detail: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"], FakeDoors(house)) == 1
    assert f"FAILED embedded engine  {detail}\n" in capsys.readouterr().out


def test_an_installation_that_does_not_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def open_house(*_: object) -> NoReturn:
        raise ImportError("No module named 'pydantic'")

    doors = FakeDoors()
    monkeypatch.setattr(doors, "open_house", open_house)
    assert main(["doctor"], doors) == 1
    assert "FAILED completion  ImportError: No module named 'pydantic'\n" in capsys.readouterr().out


def test_an_object_for_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"], FakeDoors(_house())) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert said["checks"][1] == {"name": "Neovim", "ok": None, "detail": "too old", "next_step": "install 0.12"}
