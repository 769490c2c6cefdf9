"""A real browser without a screen: Chromium, driven by playwright in a process of node that obeys lines of JSON.

In: what a person does with a page. Out: what stands on it. A method returns when it is done; what does not come
about in time is a BrowserError that says what was waited for.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.parts.need import need

DRIVER = Path(__file__).with_name("driver.mjs")


class BrowserError(AssertionError):
    """What the page was to do or to show did not come about."""


class Browser:
    """One for all tests: each page knows nothing of the others."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._numbers = itertools.count()

    @classmethod
    @contextlib.contextmanager
    def started(cls, temporary: Path) -> Iterator[Browser]:
        """`temporary` is a folder for what it leaves behind."""
        node, playwright, chromium = (str(need(name)) for name in ("node", "playwright", "chromium"))
        with subprocess.Popen(
            [node, str(DRIVER), playwright, chromium],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "TMPDIR": str(temporary)},
            start_new_session=True,
        ) as process:
            try:
                yield cls(process)
            finally:
                end_group(process)

    def open(self, url: str, **options: object) -> Page:
        """A page of its own, `options` being those of playwright's browser contexts."""
        return Page(self, self.order(target="browser", method="open", args=[url, options]))

    def order(self, **order: object) -> Any:
        """What the driver answers. One order is given at a time."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        number = next(self._numbers)
        self._process.stdin.write(json.dumps({"id": number, **order}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BrowserError("the driver of the browser is gone")
        answer = json.loads(line)
        assert answer["id"] == number
        if "error" in answer:
            raise BrowserError(answer["error"])
        return answer["value"]


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `find` gives what stands on it."""

    _browser: Browser
    _number: int

    def find(self, selector: str, *, within: Sequence[str] = ()) -> Found:
        """What playwright's `selector` finds, in the frames `within` frames, from the outermost on."""
        return Found(self, selector, tuple(within))

    def press(self, *keys: str) -> None:
        """Press keys by playwright's names: `Tab`, `Control+s`."""
        for key in keys:
            self.order("keyboard", "press", key)

    def type(self, text: str, *, delay: float = 0.04) -> None:
        """Type `text` with `delay` seconds between keys."""
        self.order("keyboard", "type", text, {"delay": delay * 1000})

    def insert(self, text: str) -> None:
        """Put `text` in at once, as an input method does: any character, whatever keys there are."""
        self.order("keyboard", "insertText", text)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Pull what is at `start` to `end`; both as x and y in pixels."""
        self.order("mouse", "move", *start)
        self.order("mouse", "down")
        self.order("mouse", "move", *end, {"steps": 5})
        self.order("mouse", "up")

    def look(self, script: str) -> Any:
        """What an expression of JavaScript gives on the page."""
        return self.order("page", "evaluate", script)

    @property
    def said(self) -> list[str]:
        """What the page wrote to its console."""
        lines = self.order("page", "said")
        assert isinstance(lines, list)
        return lines

    def keep_picture(self, path: Path, **options: object) -> None:
        path.parent.mkdir(exist_ok=True)
        self.order("page", "screenshot", {"path": str(path), **options})

    def close(self) -> None:
        self.order("page", "close")

    def order(self, target: str, method: str, *args: object, **more: object) -> Any:
        return self._browser.order(target=target, page=self._number, method=method, args=args, **more)


@dataclass(frozen=True, slots=True)
class Found:
    """Zero or more things on a page."""

    _page: Page
    _selector: str
    _frames: tuple[str, ...]

    @property
    def count(self) -> int:
        return int(self._do("count"))

    @property
    def texts(self) -> list[str]:
        """The text of each, as a person sees it."""
        texts = self._do("allInnerTexts")
        return [str(text).replace("\u00a0", " ") for text in texts]

    @property
    def text(self) -> str:
        """The text of all of them, one to a line."""
        return "\n".join(self.texts)

    def wait(self, *, seconds: float = 10, state: str = "visible") -> Found:
        """Wait until the first is in view (or `hidden`)."""
        self._first("waitFor", {"state": state, "timeout": seconds * 1000})
        return self

    def click(self, **options: object) -> None:
        self._first("click", options)

    def fill(self, text: str) -> None:
        self._first("fill", text)

    def press(self, key: str) -> None:
        self._first("press", key)

    def attribute(self, name: str) -> str | None:
        value = self._first("getAttribute", name)
        assert value is None or isinstance(value, str)
        return value

    @property
    def box(self) -> dict[str, float]:
        """Where the first stands: x, y, width, height in pixels."""
        box = self.wait()._first("boundingBox")
        assert isinstance(box, dict)
        return box

    def _first(self, method: str, *args: object) -> Any:
        return self._do(method, *args, selector=f"{self._selector} >> nth=0")

    def _do(self, method: str, *args: object, selector: str | None = None) -> Any:
        return self._page.order(
            "locator", method, *args, selector=selector or self._selector, frames=list(self._frames)
        )


def end_group(process: subprocess.Popen[Any]) -> None:
    """End a process that leads a group of its own, with all that it has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)
