"""Types a scene into an open document, asks for ghost text after each key as an editor does, and takes what is right.

In: a scene, a client and a watcher. Out: moments for the watcher, figures in the score. The typist knows what comes
next, as a person does; the server sees only what has been typed.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

from ai_lsp.cli.demo.client import Client
from ai_lsp.cli.demo.scenes import Scene
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.files import language_of, uri_of

MEDIAN_GAP, SPREAD = 0.12, 0.35
"""Seconds between two keys of a practised typist, and how much they vary (both of the log-normal distribution)."""

NOTICING = 0.3
"""Seconds until a person has seen that a suggestion is right and presses Tab, or has seen what Tab brought."""

_AUTOMATIC = 2  # InlineCompletionTriggerKind, Language Server Protocol 3.18


_EXECUTED = ("command", "arguments")


class Act(Enum):
    TYPED = "typed"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class Moment:
    """What the editor shows right after a key. `new` is set where the suggestion was not on screen before; `right`
    where it is what the person is about to type. `taken` is how many characters at the end of `typed` Tab brought.
    """

    scene: Scene
    act: Act
    typed: str
    ghost: str = ""
    seconds: float | None = None
    new: bool = False
    right: bool = False
    taken: int = 0


class Watcher(Protocol):
    def see(self, moment: Moment, score: Score) -> None: ...


class Rhythm:
    """The gaps between keys; none at all where nobody waits for them."""

    def __init__(self, *, fast: bool) -> None:
        self._fast = fast
        self._lot = random.Random(1)  # noqa: S311  # the same rhythm each time, nothing secret

    def gap(self) -> float | None:
        """Seconds until the next key; None: press it as soon as the answer is there."""
        return None if self._fast else self._lot.lognormvariate(math.log(MEDIAN_GAP), SPREAD)

    async def notice(self) -> None:
        if not self._fast:
            await asyncio.sleep(NOTICING)


class Typist:
    def __init__(self, client: Client, rhythm: Rhythm, watcher: Watcher, score: Score) -> None:
        self._client = client
        self._rhythm = rhythm
        self._watcher = watcher
        self._score = score

    async def play(self, scene: Scene) -> None:
        """Type the whole scene. Raises CommandError where the server fails."""
        buffer = _Buffer(self._client, scene)
        buffer.open()
        seen: set[str] = set()
        while buffer.rest:
            moment = await self._ask(buffer, seen)
            if moment.right:
                await self._rhythm.notice()
                buffer.insert(moment.ghost)
                await buffer.tell_accepted()
                self._score.keys += 1
                self._score.characters += _keys_of(moment.ghost)
                taken = len(moment.ghost)
                self._watcher.see(Moment(scene, Act.ACCEPTED, buffer.typed, taken=taken), self._score)
                await self._rhythm.notice()
            else:
                buffer.insert(_next_key(buffer.rest))
                self._score.keys += 1
                self._score.characters += 1
        self._watcher.see(Moment(scene, Act.TYPED, buffer.typed), self._score)
        await self._rhythm.notice()
        buffer.close()

    async def _ask(self, buffer: _Buffer, seen: set[str]) -> Moment:
        """What the editor shows until the next key."""
        gap = self._rhythm.gap()
        began = time.perf_counter()
        try:
            async with asyncio.timeout(gap):
                ghost = await buffer.suggestion()
        except TimeoutError:  # the next key came first, and the editor has taken the question back
            moment = Moment(buffer.scene, Act.TYPED, buffer.typed)
            self._watcher.see(moment, self._score)
            return moment
        seconds = time.perf_counter() - began
        self._score.latencies.append(seconds)
        whole = buffer.typed + ghost
        moment = Moment(
            buffer.scene,
            Act.TYPED,
            buffer.typed,
            ghost,
            seconds,
            new=bool(ghost) and whole not in seen,
            right=_is_right(ghost, buffer.rest),
        )
        if moment.new:
            seen.add(whole)
            self._score.shown += 1
            self._score.right += moment.right
        self._watcher.see(moment, self._score)
        if gap is not None and not moment.right:
            await asyncio.sleep(max(0.0, gap - seconds))
        return moment


class _Buffer:
    """The document as this editor holds it: the file without the scene's lines, and what has been typed of them."""

    def __init__(self, client: Client, scene: Scene) -> None:
        self.scene = scene
        self.typed = _indentation(scene.text)
        self._client = client
        self._uri = uri_of(scene.file)
        self._version = 1
        self._item: dict[str, Any] = {}

    @property
    def rest(self) -> str:
        return self.scene.text[len(self.typed) :]

    def open(self) -> None:
        text = "\n".join((*self.scene.before, self.typed, *self.scene.after))
        document = {
            "uri": self._uri,
            "languageId": language_of(self.scene.file),
            "version": self._version,
            "text": text,
        }
        self._client.notify("textDocument/didOpen", {"textDocument": document})

    def insert(self, text: str) -> None:
        at = self._cursor()
        self._version += 1
        self.typed += text
        document = {"uri": self._uri, "version": self._version}
        change = {"range": {"start": at, "end": at}, "text": text}
        self._client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})

    async def suggestion(self) -> str:
        """What stands behind the cursor in grey; nothing where the answer does not continue the line."""
        cursor = self._cursor()
        params = {
            "textDocument": {"uri": self._uri},
            "position": cursor,
            "context": {"triggerKind": _AUTOMATIC},
        }
        answer = await self._client.request("textDocument/inlineCompletion", params)
        items = answer["items"] if isinstance(answer, dict) else answer
        self._item = items[0] if items else {}
        text = self._item.get("insertText", "")
        assert isinstance(text, str)
        place = self._item.get("range")
        column = place["start"]["character"] if place else cursor["character"]
        there = self.typed.rpartition("\n")[2][column:]
        return text[len(there) :] if text.startswith(there) else ""

    async def tell_accepted(self) -> None:
        """Editors run the command of the item that the person took."""
        command = self._item.get("command")
        if command:
            await self._client.request("workspace/executeCommand", {key: command.get(key) for key in _EXECUTED})

    def close(self) -> None:
        self._client.notify("textDocument/didClose", {"textDocument": {"uri": self._uri}})

    def _cursor(self) -> dict[str, int]:
        return {
            "line": self.scene.first_line + self.typed.count("\n"),
            "character": len(self.typed.rpartition("\n")[2]),
        }


def _is_right(ghost: str, rest: str) -> bool:
    """Whether it is what comes next, and not only the start of a longer word."""
    if not ghost or not rest.startswith(ghost):
        return False
    return not (_is_word(ghost[-1]) and _is_word(rest[len(ghost) : len(ghost) + 1]))


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _indentation(text: str) -> str:
    return text[: len(text) - len(text.lstrip(" \t"))]


def _next_key(rest: str) -> str:
    """One character; a new line brings its indentation along, as editors do."""
    return rest[0] + _indentation(rest[1:]) if rest[0] == "\n" else rest[0]


def _keys_of(text: str) -> int:
    """How many keys it takes to type this."""
    keys = 0
    while text:
        text = text[len(_next_key(text)) :]
        keys += 1
    return keys
