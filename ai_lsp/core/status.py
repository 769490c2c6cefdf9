"""What the editor may show of us: in a status line, in a health check, as the reason of an empty suggestion."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ai_lsp.core.reasons import Silence
from ai_lsp.core.usage import Usage


class StatusKind(StrEnum):
    """`INACTIVE`: nothing is suggested here and that is as it should be (switched off, excluded, too large)."""

    NORMAL = "normal"
    BUSY = "busy"
    WARNING = "warning"
    ERROR = "error"
    INACTIVE = "inactive"


class HealthReport(Protocol):
    """What a free look at a provider's service showed. `detail` is one line for the person."""

    @property
    def ok(self) -> bool: ...

    @property
    def detail(self) -> str: ...


@dataclass(frozen=True, slots=True)
class DayUsage:
    """What was used up since midnight, local time."""

    requests: int = 0
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Status:
    """`message` is one line for the person. `last_empty` says why the last suggestion was empty; None: it was not."""

    kind: StatusKind
    message: str
    provider: str | None = None
    model: str | None = None
    health: HealthReport | None = None
    last_empty: Silence | None = None
    usage_today: DayUsage = field(default_factory=DayUsage)
