"""Emacs without a window system, with Eglot (which it ships) and lsp-mode."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.parts import debian
from tests.parts.part import Part, version_said

SUITE = "forky"
"""The oldest Debian suite with lsp-mode 10, the first version that shows inline completions."""

WRAPPER = """#!/bin/sh
export EMACSDATA='{data}' EMACSDOC='{data}' EMACSPATH='{programs}' EMACSLOADPATH='{lisp}'
exec '{root}/usr/bin/emacs-nox' --dump-file='{dump}' "$@"
"""
"""It was built for /usr and finds nothing of its own elsewhere unless it is told."""


def _version(program: Path) -> str | None:
    found = version_said(program, r"GNU Emacs (\d+\.\d+)")
    return found if found and int(found.split(".")[0]) >= 30 else None


def _fetch(root: Path) -> None:
    debian.unpack(["emacs-nox", "elpa-lsp-mode"], SUITE, root)
    debian.give_own_loader(root / "usr/bin/emacs-nox", root)
    for unused in ("doc", "man", "locale", "info"):
        shutil.rmtree(root / "usr/share" / unused, ignore_errors=True)
    own = next(root.glob("usr/share/emacs/[0-9]*"))
    dump = next(root.glob("usr/libexec/emacs/*/*/emacs-*.pdmp"))
    packages = sorted((root / "usr/share/emacs/site-lisp/elpa-src").iterdir())
    lisp = [*packages, own / "lisp", *sorted(place for place in (own / "lisp").rglob("*") if place.is_dir())]
    wrapper = root / EMACS.inside
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(
        WRAPPER.format(root=root, data=own / "etc", programs=dump.parent, dump=dump, lisp=":".join(map(str, lisp)))
    )
    wrapper.chmod(0o755)


EMACS = Part(name="emacs", variable="AI_LSP_EMACS", program="emacs", inside="bin/emacs", version=_version, fetch=_fetch)
