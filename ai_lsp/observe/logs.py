"""Log lines on standard error that hold no key and no code.

In: what our own modules and the libraries log. Out: one line each. Of our own records the text, of a library's warning
only whose it is and where: its text may quote a request, an address or a document. What must never happen: a line with
a key; the event loop waits for somebody to read standard error; a line that moves the cursor of a terminal.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import traceback
from contextlib import suppress
from typing import TextIO

from ai_lsp.core.errors import AIError
from ai_lsp.observe.scrub import Scrubber

OURS = "ai_lsp"
_WAITING = 1000
"""Lines that may wait for a slow reader; the ones after that are lost."""
_PATIENCE = 1.0
"""Seconds that `stop` waits for a reader who does not read."""


class Logs(logging.Handler):
    """Logging of the whole process from `start` to `stop`. Records become text at once, on the thread that logs: what
    waits for the reader holds neither arguments nor frames.
    """

    def __init__(self, scrubber: Scrubber, level: int = logging.WARNING, stream: TextIO | None = None) -> None:
        super().__init__(level)
        self.setFormatter(SafeFormatter(scrubber))
        self._stream = stream if stream is not None else sys.stderr
        self._waiting: queue.Queue[str | None] = queue.Queue(_WAITING)
        self._writer = threading.Thread(target=self._write_all, name="log", daemon=True)

    def start(self) -> None:
        """Take over the root logger: nobody else's handler gets to see an unscrubbed record."""
        root = logging.getLogger()
        root.handlers[:] = [self]
        root.setLevel(max(self.level, logging.WARNING))
        logging.getLogger(OURS).setLevel(self.level)
        self._writer.start()

    def stop(self) -> None:
        """Write what is left, as far as somebody reads it."""
        logging.getLogger().removeHandler(self)
        with suppress(queue.Full):
            self._waiting.put_nowait(None)
            self._writer.join(_PATIENCE)

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(queue.Full):
            self._waiting.put_nowait(self.format(record))

    def _write_all(self) -> None:
        with suppress(OSError, ValueError):  # nobody reads any more
            while (line := self._waiting.get()) is not None:
                self._stream.write(line + "\n")
                self._stream.flush()


class SafeFormatter(logging.Formatter):
    """Date, level, logger and a text without secrets, in one line."""

    def __init__(self, scrubber: Scrubber) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._scrubber = scrubber

    def format(self, record: logging.LogRecord) -> str:
        text = self._text(record)
        if record.exc_info is not None and record.exc_info[1] is not None:
            text += _failure(record.exc_info[1])
        when = self.formatTime(record)
        return _one_line(f"{when} {record.levelname} {record.name}: {self._scrubber.scrub(text)}")

    @staticmethod
    def _text(record: logging.LogRecord) -> str:
        if record.name == OURS or record.name.startswith(OURS + "."):
            return record.getMessage()
        return f"a message of this library (withheld, it may quote code) at {record.filename}:{record.lineno}"


def _failure(error: BaseException) -> str:
    """Kinds of errors and places in the program. The text of an error only where it is one of ours, which hold no code."""
    told = [f"{type(error).__name__}({error})" if isinstance(error, AIError) else type(error).__name__]
    told += [
        f"{frame.filename}:{frame.lineno} in {frame.name}"
        for frame in reversed(traceback.extract_tb(error.__traceback__))
    ]
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return " [" + " < ".join(told) + "]" + (f" because of{_failure(behind)}" if behind is not None else "")


def _one_line(text: str) -> str:
    """Without line feeds, colours and other characters that a terminal obeys."""
    return "".join(character if character.isprintable() else " " for character in text)
