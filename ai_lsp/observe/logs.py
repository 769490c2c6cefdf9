"""Log lines on standard error that hold no key and no code.

In: what our own modules and the libraries log. Out: one line each. Of our own records the text, of a library's warning
only whose it is and where: its text may quote a request, an address or a document. What must never happen: a line with
a key; the event loop waits for somebody to read standard error; a line that moves the cursor of a terminal.
"""

from __future__ import annotations

import logging
import queue
import sys
import traceback
from logging.handlers import QueueHandler, QueueListener
from typing import TextIO

from ai_lsp.core.errors import AIError
from ai_lsp.observe.scrub import Scrubber

OURS = "ai_lsp"
_WAITING = 1000
"""Lines that may wait for a slow reader; the ones after that are lost."""


class Logs:
    """Logging of the whole process from `start` to `stop`."""

    def __init__(self, scrubber: Scrubber, level: int = logging.WARNING, stream: TextIO | None = None) -> None:
        self._formatter = SafeFormatter(scrubber)
        self._level = level
        self._stream = stream if stream is not None else sys.stderr
        self._waiting: queue.Queue[logging.LogRecord] = queue.Queue(_WAITING)
        self._entrance = _Entrance(self._waiting, self._formatter)
        self._exit = QueueListener(self._waiting, logging.StreamHandler(self._stream))

    def start(self) -> None:
        """Take over the root logger: nobody else's handler gets to see an unscrubbed record."""
        root = logging.getLogger()
        root.handlers[:] = [self._entrance]
        root.setLevel(max(self._level, logging.WARNING))
        logging.getLogger(OURS).setLevel(self._level)
        self._exit.start()

    def stop(self) -> None:
        """Write what is left."""
        logging.getLogger().removeHandler(self._entrance)
        self._exit.stop()


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


class _Entrance(QueueHandler):
    """Formats at once, on the thread that logs: what waits holds neither arguments nor frames."""

    def __init__(self, waiting: queue.Queue[logging.LogRecord], formatter: SafeFormatter) -> None:
        super().__init__(waiting)
        self.setFormatter(formatter)

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        text = self.format(record)
        return logging.makeLogRecord({"msg": text, "levelno": record.levelno, "levelname": record.levelname})

    def enqueue(self, record: logging.LogRecord) -> None:
        if not self._is_full():
            self.queue.put_nowait(record)

    def _is_full(self) -> bool:
        return isinstance(self.queue, queue.Queue) and self.queue.full()


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
