"""Names that are likely to come next, as they are used elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys

from ai_lsp.context.library import Library, Lines, packed
from ai_lsp.context.uses import Spot, uses
from ai_lsp.core.context import Snippet, SnippetKind

HERE = "def refund(order):\n    ledger = open_ledger(order)\n    \n"
ALIKE = "def charge(order):\n    ledger = open_ledger(order)\n    ledger.post_entry(order, amount)\n    audit.record(order)\n"


def found(text: str, line: int, imports: tuple[str, ...] = (), **files: str) -> list[Snippet]:
    library = Library()
    for name, other in files.items():
        library.add(f"/work/{name}.py", packed(f"{name}.py", "python", other))
    return uses(Spot("/work/here.py", "here.py", "python", line, imports), Lines(text.split("\n")), library)


def test_what_follows_lines_like_these_elsewhere_is_shown_as_it_is_used_there() -> None:
    (only,) = found(HERE, 2, alike=ALIKE, other="def unrelated(number): ...\n")
    assert (only.path, only.kind) == ("alike.py", SnippetKind.USES)
    assert "ledger.post_entry(order, amount)" in only.text
    assert "audit.record(order)" in only.text


def test_what_stands_near_the_cursor_is_not_said_again() -> None:
    told = "\n".join(snippet.text for snippet in found(HERE, 2, alike=ALIKE))
    assert "open_ledger" not in told


def test_names_of_the_document_where_the_prompt_does_not_reach() -> None:
    far = "x = 1\n" * 100 + "    self.far_name(with_that)\n"
    (only,) = found(far, 0)
    assert (only.path, only.text) == ("here.py", "self.far_name(with_that)")


def test_imported_names_are_likely() -> None:
    text = "from shop import voucher_of\n" + "x = 1\n" * 100 + "y\n"
    (only,) = found(text, 100, ("from shop import voucher_of",))
    assert only.text.startswith("voucher_of") or "voucher_of" in only.text


def test_nothing_is_known_of_an_empty_document_in_an_empty_workspace() -> None:
    assert found("", 0) == []


def test_engine_11_equal_states_give_equal_uses_in_any_process() -> None:
    program = (
        "from tests.context.test_uses import HERE, ALIKE, found\n"
        "print([(s.path, s.text) for s in found(HERE, 2, alike=ALIKE, other=ALIKE.upper(), more=ALIKE)])"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1
