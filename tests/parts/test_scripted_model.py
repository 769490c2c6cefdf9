"""The scripted model is a table: which token follows which."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parts import scripted_model
from tests.parts.scripted_model import MIDDLE, SCRIPTS, Script, write_scripted_model


def say(start: str, limit: int = 40) -> str:
    """What the model says after this token, read out of its table."""
    tokens, following = scripted_model._vocabulary(endless_middle=False)
    token = tokens.index(start if start in scripted_model.CONTROL else scripted_model._spelled(start))
    said = b""
    for _ in range(limit):
        token = following.get(token, 0)
        if tokens[token].startswith("<|"):
            break
        said += bytes(scripted_model._BYTES.index(char) for char in tokens[token])
    return said.decode(errors="replace")


@pytest.mark.parametrize("start", [start for start, script in SCRIPTS.items() if not script.endless])
def test_every_script_is_said_to_its_end(start: str) -> None:
    assert say(start) == SCRIPTS[start].text


def test_an_endless_script_begins_again() -> None:
    once = SCRIPTS["~"].text
    assert say("~", limit=2 * len(SCRIPTS["~"].pieces)) == once + once


def test_two_scripts_cannot_share_a_token(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(SCRIPTS, "?", Script((" a", " different", " end")))
    with pytest.raises(AssertionError, match="two scripts"):
        write_scripted_model(tmp_path / "a.gguf")


def test_all_tokens_differ_and_fill_whole_heads() -> None:
    tokens, following = scripted_model._vocabulary(endless_middle=True)
    assert len(tokens) == len(set(tokens))
    assert len(tokens) % scripted_model.HEAD == 0
    assert tokens[following[tokens.index(MIDDLE)]] == scripted_model._spelled(" w0")
