from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ai_lsp.cli.main import main
from ai_lsp.core.errors import ConfigurationError
from ai_lsp.settings.show import Value
from ai_lsp.settings.trust import Answer
from tests.cli.support_doors import FakeDoors

ORIGIN = "https://ai.example"


@dataclass
class FakeInspection:
    path: Path = Path("/home/me/config.toml")
    found: Sequence[Value] = ()
    wrong: Sequence[str] = ()
    said: list[Answer] = field(default_factory=list)
    fails: bool = False

    def values(self, *, everything: bool) -> Sequence[Value]:
        return [*self.found, Value("fallback", [], "default")] if everything else self.found

    async def problems(self) -> Sequence[str]:
        return self.wrong

    @property
    def faults(self) -> Sequence[str]:
        return self.wrong

    def schema(self) -> str:
        return '{"title": "ai-lsp"}'

    def answers(self) -> Sequence[Answer]:
        if self.fails:
            raise ConfigurationError("trust.json is damaged; remove it, and you will be asked again")
        return self.said

    def allow(self, address: str) -> str:
        self.said.append(Answer(address, True, 0.0))
        return address

    def revoke(self, address: str) -> str | None:
        return address if any(answer.origin == address for answer in self.said) else None


def run(*arguments: str, inspection: FakeInspection | None = None) -> int:
    return main(["config", *arguments], FakeDoors(inspection=inspection or FakeInspection()))


def test_every_value_is_shown_with_its_layer(capsys: pytest.CaptureFixture[str]) -> None:
    found = (Value("completion.max_tokens", 32, "config.toml"), Value("provider", "mine\x1b[2J", "editor"))
    assert run("show", inspection=FakeInspection(found=found)) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["SETTING", "VALUE", "FROM"],
        ["completion.max_tokens", "32", "config.toml"],
        ["provider", '"mine\\u001b[2J"', "editor"],
    ]


def test_the_defaults_are_shown_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "--all") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["fallback", "[]", "default"]


def test_where_nothing_is_set_the_next_step_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show") == 0
    assert "the user file would be /home/me/config.toml" in capsys.readouterr().out


def test_programs_get_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "--json", inspection=FakeInspection(found=(Value("a.b", [1], "editor"),))) == 0
    assert json.loads(capsys.readouterr().out) == [{"path": "a.b", "value": [1], "layer": "editor"}]


def test_problems_are_a_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", inspection=FakeInspection(wrong=("one\x1b[31m", "two"))) == 1
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_file_without_problems_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "team.toml"
    file.touch()
    doors = FakeDoors(inspection=FakeInspection(file))
    assert main(["config", "check", str(file)], doors) == 0
    assert doors.inspected == [file]
    assert capsys.readouterr().out == f"{file}: everything in it is right\n"


def test_a_user_file_that_is_not_there_is_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    assert "not there; the defaults are in force" in capsys.readouterr().out


def test_a_file_that_was_named_has_to_be_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "/nowhere.toml") == 1
    assert (
        capsys.readouterr().err
        == "ai-lsp: /nowhere.toml: there is no such file; name the settings file that you mean\n"
    )


def test_the_path_stands_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("path") == 0
    assert capsys.readouterr().out == "/home/me/config.toml\n"


def test_the_schema_is_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("schema") == 0
    assert json.loads(capsys.readouterr().out) == {"title": "ai-lsp"}
    assert run("schema", "--editor") == 0
    assert "aiLsp.provider" in json.loads(capsys.readouterr().out)


def test_what_the_person_has_said_can_be_listed_and_taken_back(capsys: pytest.CaptureFixture[str]) -> None:
    inspection = FakeInspection()
    assert run("trust", inspection=inspection) == 0
    assert capsys.readouterr().out == "no editor has named an address that you have judged\n"
    assert run("trust", "allow", ORIGIN, inspection=inspection) == 0
    assert run("trust", "list", inspection=inspection) == 0
    assert capsys.readouterr().out.splitlines()[-1].split()[:2] == [ORIGIN, "allowed"]
    assert run("trust", "revoke", ORIGIN, inspection=inspection) == 0
    assert ORIGIN in capsys.readouterr().out
    assert run("trust", "revoke", "https://b.example", inspection=inspection) == 1
    assert "nothing is remembered of https://b.example" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [("trust", "forget", ORIGIN), ("trust", "allow"), ("path", "x"), ("check", "a", "b"), ("shwo",), ()]
)
def test_wrong_usage_says_how_it_is_used(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_damaged_record_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("trust", "list", inspection=FakeInspection(fails=True)) == 1
    assert capsys.readouterr().err == "ai-lsp: trust.json is damaged; remove it, and you will be asked again\n"
