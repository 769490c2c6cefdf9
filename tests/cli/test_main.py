import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

import ai_lsp
from ai_lsp.cli.commands import SUMMARIES, load
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.main import main
from tests.cli.support_doors import FakeDoors


class _Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    "argv",
    [[], ["serve"], ["--stdio"], ["serve", "--stdio"], ["--stdio", "--clientProcessId=12"]],
    ids=lambda argv: " ".join(argv) or "nothing",
)
def test_these_are_a_language_server(argv: list[str]) -> None:
    doors = FakeDoors()
    assert main(argv, doors) == 0
    assert doors.served == [None]


@pytest.mark.parametrize("form", ["before", "after", "joined", "alone"])
def test_the_settings_file_may_be_named_anywhere(form: str, tmp_path: Path) -> None:
    file = tmp_path / "team.toml"
    file.touch()
    argv = {
        "before": ["--config", str(file), "serve"],
        "after": ["serve", "--config", str(file)],
        "joined": [f"--config={file}", "serve"],
        "alone": ["--config", str(file)],
    }[form]
    doors = FakeDoors()
    assert main(argv, doors) == 0
    assert doors.served == [file]


@pytest.mark.parametrize(
    ("argv", "line"),
    [
        (["sevre"], "there is no command 'sevre'; did you mean `ai-lsp serve`?"),
        (["x"], f"there is no command 'x'; there are {', '.join(SUMMARIES)}"),
        (["serve", "--fast"], "unrecognized arguments: --fast; `ai-lsp serve --help` shows how it is used"),
        (
            ["serve", "--config"],
            "argument --config: expected one argument; `ai-lsp serve --help` shows how it is used",
        ),
        (
            ["complete"],
            "the following arguments are required: FILE:LINE[:COLUMN]; `ai-lsp complete --help` shows how it is used",
        ),
        (["--nonsense"], "unrecognized arguments: --nonsense; `ai-lsp serve --help` shows how it is used"),
    ],
)
def test_wrong_usage_is_one_line_and_2(argv: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv, FakeDoors()) == 2
    assert capsys.readouterr() == ("", f"ai-lsp: {line}\n")


def test_a_settings_file_that_is_not_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--config", "no/such.toml", "serve"], FakeDoors()) == 1
    said = capsys.readouterr().err
    assert said == "ai-lsp: --config no/such.toml: there is no such file; name the settings file that you mean\n"


@pytest.mark.parametrize("name", SUMMARIES)
def test_every_command_tells_its_use_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"], FakeDoors()) == 0
    said = capsys.readouterr().out
    assert f"usage: ai-lsp {name}" in said
    assert "examples:" in said
    assert "--config FILE" in said


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"], FakeDoors()) == 0
    said = capsys.readouterr().out
    assert all(f"  {name}" in said and summary in said for name, summary in SUMMARIES.items())


@pytest.mark.parametrize("argv", [["--version"], ["serve", "--version"]])
def test_the_version(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv, FakeDoors()) == 0
    assert capsys.readouterr().out == f"ai-lsp {ai_lsp.__version__}\n"


def test_alone_at_a_terminal_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal())
    doors = FakeDoors()
    assert main([], doors) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "ai-lsp demo" in said.err
    assert doors.served == []


def test_a_server_at_a_terminal_says_that_it_waits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", _Terminal())
    doors = FakeDoors()
    assert main(["serve"], doors) == 0
    assert capsys.readouterr().err == "ai-lsp: waiting for an editor to speak on standard input; Ctrl-C ends it\n"
    assert doors.served == [None]


def test_an_interrupt_is_130_and_silent(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"], FakeDoors(fails=KeyboardInterrupt())) == 130
    assert capsys.readouterr() == ("", "")


def test_a_failure_is_its_line_and_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve"], FakeDoors(fails=CommandError("nothing works; try again"))) == 1
    assert capsys.readouterr() == ("", "ai-lsp: nothing works; try again\n")


def test_the_table_names_files_of_the_right_shape() -> None:
    for name in SUMMARIES:
        command = load(name)
        assert command.__doc__
        assert command.EXAMPLES.startswith(f"  ai-lsp {name}")


_SERVE = """
import json, sys
from ai_lsp.cli.main import main

class Doors:
    def serve(self, config):
        print(json.dumps(sorted(sys.modules)))
        return 0

sys.exit(main(["serve", "--stdio"], Doors()))
"""


def test_a_server_starts_without_importing_what_it_does_not_need() -> None:
    done = subprocess.run([sys.executable, "-c", _SERVE], stdin=subprocess.DEVNULL, capture_output=True, check=True)
    loaded = set(json.loads(done.stdout))
    heavy = {"asyncio", "dataclasses", "inspect", "json", "logging", "pydantic", "pygls", "platformdirs", "subprocess"}
    # the script above brings json itself
    assert loaded & (heavy - {"json"}) == set()


HELP = "import sys; from ai_lsp.cli.main import main; sys.exit(main(['--help'], None))"
posix = pytest.mark.skipif(os.name != "posix", reason="pipes and devices as POSIX systems have them")


@posix
def test_a_reader_that_has_seen_enough_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        done = subprocess.run([sys.executable, "-c", HELP], stdout=out, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is a speciality of Linux")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("wb") as out:
        done = subprocess.run([sys.executable, "-c", _SERVE], stdout=out, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b"ai-lsp: the system refused: [Errno 28] No space left on device\n"
    assert done.returncode == 1


@posix
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_closed_streams_are_no_error(closed: str) -> None:
    done = subprocess.run(["sh", "-c", f'"$0" -c "$1" {closed}', sys.executable, HELP], capture_output=True, check=True)
    assert done.stderr == b""


def test_characters_that_the_output_lacks_are_no_error() -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", HELP], env=environment, capture_output=True, check=True)
    assert b"usage: ai-lsp [--config FILE] [COMMAND] ?" in done.stdout
