"""The record of what was used: one JSON object per line, only ever appended to, one file per month.

In: `CallRecord`s. Out: the same records, whatever became of the process that wrote them. What must never happen: the
event loop waits for a disk; a torn line (the process was killed, the disk was full) hides the lines around it.
"""

from __future__ import annotations

import json
import logging
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from ai_lsp.core.completion import Source
from ai_lsp.core.usage import Usage
from ai_lsp.observe.record import CallRecord

log = logging.getLogger(__name__)

_Item = CallRecord | threading.Event | None
"""A record, somebody who waits for what was handed over before, or the end."""
_GATHER = 0.02
"""Seconds that the writer lets records gather, so that a burst of calls does not wake it for each."""
_FILE = re.compile(r"usage-(\d{4}-\d{2})\.jsonl")


class Ledger:
    """The files `usage-2026-11.jsonl` and so on in a folder of the person's own, readable by nobody else.

    Several processes may append at once: what is written goes in one write to a file opened with O_APPEND. Each record
    begins and ends with a line feed, so that it is whole even behind the torn end of somebody else's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._waiting: SimpleQueue[_Item] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self.problem: str | None = None
        """Why records cannot be written, as a sentence for the person; None: they can."""

    def append(self, record: CallRecord) -> None:
        """Hand over a record. Returns at once: a thread writes it."""
        self._waiting.put(record)
        if self._writer is None:
            self._writer = threading.Thread(target=self._write_all, name="usage ledger", daemon=True)
            self._writer.start()

    def flush(self, within: float = 5.0) -> bool:
        """Wait until everything that was handed over is in the file; False: not within so many seconds."""
        if self._writer is None:
            return True
        written = threading.Event()
        self._waiting.put(written)
        return written.wait(within)

    def close(self) -> None:
        """Write what is left and end the thread. A later `append` starts anew."""
        if self._writer is not None:
            self._waiting.put(None)
            self._writer.join(5.0)
            self._writer = None

    def records(self, since: datetime | None = None) -> Iterator[CallRecord]:
        """What was written since a date, in the order of the files and their lines. Reads the disk."""
        start = since.timestamp() if since else 0.0
        for path in self._files(since):
            with path.open("rb") as file:
                for line in file:
                    record = _parse(line)
                    if record is not None and record.at >= start:
                        yield record

    def _files(self, since: datetime | None) -> list[Path]:
        # a day earlier, because a file is named by the writer's own time zone
        first = f"{since - timedelta(days=1):%Y-%m}" if since else ""
        if not self._folder.is_dir():
            return []
        named = ((_FILE.fullmatch(path.name), path) for path in self._folder.iterdir())
        return sorted(path for match, path in named if match and match[1] >= first)

    def _write_all(self) -> None:
        ended = False
        while not ended:
            batch = [self._waiting.get()]
            if isinstance(batch[0], CallRecord):
                time.sleep(_GATHER)
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            self._write_batch(batch)
            ended = None in batch

    def _write_batch(self, batch: Sequence[_Item]) -> None:
        try:
            for path, lines in self._by_file(item for item in batch if isinstance(item, CallRecord)):
                self._write(path, lines)
                self.problem = None
        except OSError as error:
            if self.problem is None:
                log.warning("usage cannot be recorded in %s: %s", self._folder, error.strerror)
            self.problem = f"usage cannot be recorded in {self._folder}: {error.strerror}"
        for item in batch:
            if isinstance(item, threading.Event):
                item.set()

    def _by_file(self, records: Iterable[CallRecord]) -> Iterator[tuple[Path, list[bytes]]]:
        for month, group in groupby(records, lambda record: time.strftime("%Y-%m", time.localtime(record.at))):
            yield self._folder / f"usage-{month}.jsonl", [_line(record) for record in group]

    def _write(self, path: Path, lines: list[bytes]) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(file, b"".join(lines))
        finally:
            os.close(file)


def _line(record: CallRecord) -> bytes:
    # `asdict` would copy every value in depth, which takes longer than all the rest
    values = ((name, getattr(record, name)) for name in CallRecord.__slots__)
    fields = {name: value for name, value in values if value is not None}
    figures = ((name, getattr(record.usage, name)) for name in Usage.__slots__)
    fields["usage"] = {name: value for name, value in figures if value}
    if record.usage.cost is not None:
        fields["usage"]["cost"] = record.usage.cost  # nothing to pay is not the same as not knowing
    return b"\n" + json.dumps(fields, separators=(",", ":")).encode() + b"\n"


def _parse(line: bytes) -> CallRecord | None:
    """The record of a line, or None for one that is blank, torn or written by somebody else."""
    try:
        fields: dict[str, Any] = json.loads(line)
        usage = Usage(**fields.pop("usage"))
        record = CallRecord(**{**fields, "usage": usage, "source": Source(fields["source"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    figures = (record.at, record.total_ms, usage.input_tokens, usage.output_tokens, usage.cost or 0.0)
    return record if all(isinstance(figure, (int, float)) for figure in figures) else None
