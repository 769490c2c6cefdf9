"""The `ai-lsp` command. Each door is opened, and imported, only when it is gone through.

A language server has to answer `initialize` before anything heavy is imported, and `ai-lsp complete` has no use for
the protocol at all.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ai_lsp.cli.main import main as command_line

if TYPE_CHECKING:
    from ai_lsp.house.house import House
    from ai_lsp.house.inspection import Inspection
    from ai_lsp.observe.audit import AuditLog


class FrontDoors:
    """What the command line may ask for: a language server, or a house for one question."""

    def serve(self, config: Path | None) -> int:
        from ai_lsp.observe.logs import Logs  # noqa: PLC0415  # `ai-lsp --help` needs no logs
        from ai_lsp.observe.scrub import Scrubber  # noqa: PLC0415  # and what keeps keys out of them
        from ai_lsp.server.serve import serve  # noqa: PLC0415  # only the language server needs the protocol

        logs = Logs(Scrubber())
        logs.start()
        try:
            return serve(lambda: self.open_house((), config, None, None))
        finally:
            logs.stop()

    def open_house(
        self, folders: Sequence[Path], config: Path | None, provider: str | None, model: str | None
    ) -> House:
        from ai_lsp.house.house import House  # noqa: PLC0415  # brings pydantic and tree-sitter

        house = House(config, provider=provider, model=model)
        if folders:
            house.learn(folders)
        return house

    def inspect(self, config: Path | None) -> Inspection:
        from ai_lsp.house.inspection import Inspection  # noqa: PLC0415  # see open_house

        return Inspection(config)

    def audit(self) -> AuditLog:
        from ai_lsp.core.clock import SystemClock  # noqa: PLC0415  # see open_house
        from ai_lsp.house.private import audit_log  # noqa: PLC0415  # see open_house

        return audit_log(SystemClock().time)


def main() -> None:
    """The console script."""
    sys.exit(command_line(sys.argv[1:], FrontDoors()))
