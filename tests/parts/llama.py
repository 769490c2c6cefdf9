"""llama.cpp's server, a real model server that speaks the shapes of several services."""

from __future__ import annotations

from pathlib import Path

from tests.parts import debian
from tests.parts.part import Part, version_said

SUITE = "forky"
"""The oldest Debian suite that has it."""

WRAPPER = """#!/bin/sh
LD_LIBRARY_PATH='{libraries}' exec '{real}' "$@"
"""
"""Its libraries name absolute folders to look in, which a loader prefers to what the program says."""


def _version(program: Path) -> str | None:
    return version_said(program, r"^version: (.+)$")


def _fetch(root: Path) -> None:
    debian.unpack(["llama.cpp-tools"], SUITE, root)
    real = root / "usr/bin/llama-server"
    debian.give_own_loader(real, root)
    libraries = next(iter(root.glob("usr/lib/*-linux-gnu*/llama")))
    # it looks for its code for this processor beside itself
    for variant in libraries.parent.glob("ggml/backends*/libggml-cpu-*.so"):
        (real.parent / variant.name).symlink_to(variant)
    wrapper = root / LLAMA.inside
    wrapper.parent.mkdir(exist_ok=True)
    wrapper.write_text(WRAPPER.format(libraries=f"{libraries}:{libraries.parent}", real=real))
    wrapper.chmod(0o755)


LLAMA = Part(
    name="llama",
    variable="AI_LSP_LLAMA_SERVER",
    program="llama-server",
    inside="bin/llama-server",
    version=_version,
    fetch=_fetch,
)
