import json
from dataclasses import replace
from pathlib import Path

import pytest

from ai_lsp.cli.main import main
from ai_lsp.core.completion import Trigger
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.text import Position
from ai_lsp.core.usage import Usage
from tests.cli.support_doors import FakeDoors, FakeHouse, suggestion


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    file = tmp_path / "src" / "app.py"
    file.parent.mkdir()
    file.write_text("def f():\n    ret\n")
    return file


def test_the_suggestion_and_nothing_else(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doors = FakeDoors(FakeHouse(suggestion("urn 1\nreturn é")))
    assert main(["complete", f"{file}:2"], doors) == 0
    assert capsys.readouterr() == ("urn 1\nreturn é\n", "")


def test_what_the_house_is_asked(file: Path, tmp_path: Path) -> None:
    doors = FakeDoors()
    main(["complete", f"{file}:2:8", "--provider", "ollama", "--model", "qwen"], doors)
    assert doors.opened == [([tmp_path], None, "ollama", "qwen")]
    [(document, position, trigger)] = doors.house.asked
    assert (document.uri, document.language, document.text) == (file.as_uri(), "python", "def f():\n    ret\n")
    assert (position, trigger) == (Position(1, 7), Trigger.INVOKED)
    assert doors.house.closed


def test_without_a_column_the_end_of_the_line_is_meant(file: Path) -> None:
    doors = FakeDoors()
    main(["complete", f"{file}:2"], doors)
    assert doors.house.asked[0][1] == Position(1, 7)


def test_no_suggestion_is_a_reason(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["complete", f"{file}:2"], FakeDoors(FakeHouse(Silence(Reason.UNSURE)))) == 0
    line = "ai-lsp: no suggestion: no continuation is likely enough to be worth showing\n"
    assert capsys.readouterr() == ("", line)


def test_a_workspace_that_took_too_long_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["complete", f"{file}:2"], FakeDoors(FakeHouse(Silence(Reason.NO_MATCH), reads=False)))
    assert capsys.readouterr().err.endswith("; the workspace was not read to its end\n")


def test_a_provider_that_fails_is_a_failure(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silence = Silence(Reason.FAILED, "there is no provider 'gtp'")
    assert main(["complete", f"{file}:2", "--provider", "gtp"], FakeDoors(FakeHouse(silence))) == 1
    line = "the provider failed to answer (there is no provider 'gtp'); `ai-lsp doctor` shows what works"
    assert capsys.readouterr() == ("", f"ai-lsp: {line}\n")


def _object(file: Path, house: FakeHouse, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    main(["complete", f"{file}:2", "--json"], FakeDoors(house))
    answer = json.loads(capsys.readouterr().out)
    assert isinstance(answer, dict)
    assert isinstance(answer.pop("latency_ms"), float)
    return answer


def test_an_object_for_a_script(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _object(file, FakeHouse(suggestion("urn f()", Usage(9, 2), replaces=1)), capsys) == {
        "text": "urn f()",
        "provider": "embedded",
        "model": "repetition",
        "source": "embedded",
        "usage": {
            "input_tokens": 9,
            "output_tokens": 2,
            "cached_input_tokens": 0,
            "cache_write_tokens": 0,
            "thinking_tokens": 0,
            "cost": None,
            "estimated": False,
        },
        "replaces": 1,
        "reason": None,
        "detail": None,
        "passed_over": [],
    }


def test_an_object_that_says_who_could_not_answer(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = suggestion("urn 1")
    over = ("cloud: nobody answers at https://cloud.test; start it", "second: its key is wrong")
    given = replace(given, completion=replace(given.completion, passed_over=over))
    assert _object(file, FakeHouse(given), capsys)["passed_over"] == [
        {"provider": "cloud", "reason": "nobody answers at https://cloud.test; start it"},
        {"provider": "second", "reason": "its key is wrong"},
    ]


def test_an_object_that_says_why_it_is_empty(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _object(file, FakeHouse(Silence(Reason.NO_MATCH)), capsys) == {
        "text": "",
        "provider": None,
        "model": None,
        "source": None,
        "usage": None,
        "replaces": None,
        "reason": "no-match",
        "detail": "nothing like this stands in the open files or the workspace yet",
        "passed_over": None,
    }


def test_a_failure_is_told_to_a_script_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(Silence(Reason.TIMED_OUT))
    assert main(["complete", f"{file}:2", "--json"], FakeDoors(house)) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["reason"] == "timed-out"
    assert said.err == "ai-lsp: the provider did not answer in time; `ai-lsp doctor` shows what works\n"


def test_a_wrong_place_opens_no_house(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    doors = FakeDoors()
    assert main(["complete", str(file)], doors) == 2
    assert main(["complete", f"{file}:9"], doors) == 1
    assert main(["complete", f"{file.parent}:1"], doors) == 1
    assert doors.opened == []
    assert capsys.readouterr().err.splitlines() == [
        f"ai-lsp: '{file}' names no line; write FILE:LINE or FILE:LINE:COLUMN, such as app.py:12",
        f"ai-lsp: {file} has 3 lines; line 9 does not exist",
        f"ai-lsp: {file.parent} is a folder; name a file in it",
    ]
