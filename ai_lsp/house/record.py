"""What is written down of changes: of the settings, of the person's trust, of keys.

In: settings in force, answers, changed keys. Out: entries of the audit log, without values that could be secrets. What must
never happen: the event loop waits for the disk; a trust that nobody wrote down takes effect.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from ai_lsp.core.check import Check
from ai_lsp.core.errors import ConfigurationError
from ai_lsp.observe.audit import AuditLog
from ai_lsp.settings.layers import InForce
from ai_lsp.settings.show import values_of

log = logging.getLogger(__name__)

CONFIGURATION, REFUSED = "configuration", "configuration refused"
_MOST = 50
"""Problems in one entry."""


class Record:
    """Belongs to one event loop. `problem` says why nothing can be written down; None: it can."""

    def __init__(self, audit: AuditLog) -> None:
        self.audit = audit
        self.problem: str | None = None
        self._writing = asyncio.Lock()
        self._problems: frozenset[str] = frozenset()
        self._verified = False

    async def configuration(self, found: InForce) -> None:
        """Once for each change of what is in force, and of what is not. Never raises."""
        values: dict[str, Any] = {value.path: [value.value, value.layer] for value in values_of(found)}
        problems = [str(problem) for problem in found.problems]
        async with self._writing:
            try:
                await asyncio.to_thread(self._write_configuration, values, problems)
                self.problem = None
            except ConfigurationError as error:
                if self.problem is None:
                    log.warning("%s", error)
                self.problem = str(error)

    async def check(self) -> Check:
        """Whether the record is as it was written."""
        try:
            verdict = await asyncio.to_thread(self.audit.verify)
        except ConfigurationError as error:
            return Check("audit record", ok=False, detail=str(error), next_step="see who owns the file")
        if verdict.problem is None:
            return Check("audit record", ok=True, detail=f"{verdict.entries} entries in {self.audit.path}")
        detail = f"{self.audit.path}: {verdict.problem}"
        return Check("audit record", ok=False, detail=detail, next_step=self.audit.way_out)

    async def trust(self, what: str, origin: str, asked_by: str) -> None:
        """Raises ConfigurationError where it cannot be written down."""
        async with self._writing:
            await asyncio.to_thread(self.audit.record, f"trust {what}", {"origin": origin, "asked by": asked_by})

    def _write_configuration(self, values: Mapping[str, Any], problems: list[str]) -> None:
        if not self._verified:
            self._verified = True
            if problem := self.audit.verify().problem:
                log.warning("the audit record %s is broken: %s; `ai-lsp audit verify`", self.audit.path, problem)
        last = self.audit.last(CONFIGURATION)
        if values != (last.detail.get("values", {}) if last else {}):
            self.audit.record(CONFIGURATION, {"values": values})
        new = frozenset(problems)
        if new - self._problems:
            self.audit.record(REFUSED, {"problems": problems[:_MOST]})
        self._problems = new


class KeyRecord:
    """What the commands for keys tell of their changes. Does I/O."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def changed(self, what: str, provider: str, origin: str) -> None:
        """`what` is a verb such as `set`. Raises ConfigurationError."""
        self._audit.record(f"key {what}", {"provider": provider, "origin": origin})
