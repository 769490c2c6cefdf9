"""The command as a person runs it: a process of its own, the real house, the real server, no settings."""

import json
import os
import re
import signal
import subprocess
import sys
from itertools import product
from pathlib import Path

import pytest

AI_LSP = (sys.executable, "-m", "ai_lsp")


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*AI_LSP, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def _project(folder: Path) -> Path:
    """Four files that do the same thing, and a fifth that begins to."""
    (folder / "pyproject.toml").touch()
    for name in ("wall", "floor", "door", "window"):
        text = f"def area_of_{name}(width, height):\n    total_area = multiply(width, height)\n    return total_area\n"
        (folder / f"{name}.py").write_text(text)
    file = folder / "roof.py"
    file.write_text("def area_of_roof(width, height):\n    total_area = mult\n")
    return file


def test_a_suggestion_comes_from_the_files_beside(tmp_path: Path) -> None:
    done = _run("complete", f"{_project(tmp_path)}:2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("iply")


def test_a_suggestion_for_a_script(tmp_path: Path) -> None:
    answer = json.loads(_run("complete", f"{_project(tmp_path)}:2", "--json").stdout)
    assert answer["text"].startswith("iply")
    assert (answer["provider"], answer["source"], answer["reason"]) == ("embedded", "embedded", None)


def test_nothing_to_suggest_is_a_reason(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x\n")
    done = _run("complete", f"{file}:1")
    assert (done.returncode, done.stdout) == (0, "")
    assert re.fullmatch(r"ai-lsp: no suggestion: .+\n", done.stderr)


def test_an_unknown_provider_is_a_failure(tmp_path: Path) -> None:
    done = _run("complete", f"{_project(tmp_path)}:2", "--provider", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"ai-lsp: .*nobody.*; `ai-lsp doctor` shows what works\n", done.stderr)


def test_the_doctor_finds_this_installation_in_order() -> None:
    done = _run("doctor", "--json")
    said = json.loads(done.stdout)
    assert [check for check in said["checks"] if check["ok"] is False] == []
    assert (done.returncode, said["ok"]) == (0, True)
    assert {"Python", "grammars", "settings", "embedded engine"} <= {check["name"] for check in said["checks"]}


def test_the_doctor_names_a_wrong_setting(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("provder = 'openai'\n")
    done = _run("doctor", "--config", str(config))
    assert done.returncode == 1
    assert re.search(r"^FAILED setting.*provder.*did you mean provider\?", done.stdout, re.MULTILINE)


def _shown(said: str) -> list[tuple[str, str]]:
    """(typed, ghost text) of each line about a suggestion."""
    return re.findall(r"^ +\d+ +[\d.]+ ms  (?:right|wrong)  (.*)\[(.+)\]$", said, re.MULTILINE)


@pytest.mark.timeout(60)
def test_the_demo_shows_suggestions_for_our_own_code() -> None:
    done = _run("demo", "--fast")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(_shown(done.stdout)) >= 20
    assert "\x1b" not in done.stdout


def test_the_demo_gives_nothing_away(tmp_path: Path) -> None:
    """What is typed stands in the file on disk; the server must not suggest it from there."""
    words = ["".join(parts) for parts in product("bdgkl", "aeiou", "mnrst", ("olva", "irke"))]
    lines = [f"    {one} = {two}" for one, two in zip(words[::2], words[1::2], strict=True)]
    functions = [f"def make_{at}():\n" + "\n".join(lines[at : at + 5]) for at in range(0, len(lines), 5)]
    (tmp_path / "unique.py").write_text("\n\n\n".join(functions))
    done = _run("demo", str(tmp_path), "--fast")
    assert (done.returncode, done.stderr) == (0, "")
    assert "unique.py" in done.stdout
    for typed, ghost in _shown(done.stdout):
        assert not any(word in typed + ghost and word not in typed for word in words), (typed, ghost)


@pytest.mark.skipif(os.name != "posix", reason="a process is interrupted by a signal on POSIX systems")
def test_an_interrupted_demo_ends_without_a_word_and_leaves_no_server() -> None:
    process = subprocess.Popen([*AI_LSP, "demo"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        assert process.stdout is not None
        server = int(re.findall(rb"process (\d+)", process.stdout.readline())[0])
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (130, b"")
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
