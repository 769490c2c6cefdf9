"""What a server process does to the world outside of it, seen by Python's own audit events (PEP 578).

`watched` gives the variables that make a process, and its children, write down every connection that they make, every
process that they start and every file that they open.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

_HOOK = """
import json, os, sys

_file = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
_told = {{"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"}}
_told |= {{"subprocess.Popen", "os.system", "os.exec", "open"}}

def _watch(event, args):
    if event in _told:
        os.write(_file, json.dumps([event, repr(args)]).encode() + b"\\n")

sys.addaudithook(_watch)
"""


def watched(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Variables for a process whose deeds are to be known."""
    place = folder / "watch"
    place.mkdir(exist_ok=True)
    (place / "sitecustomize.py").write_text(_HOOK.format(log=str(folder / "watched")))
    others = environment.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(place), others] if others else [str(place)])}


def deeds(folder: Path, *events: str) -> list[str]:
    """The arguments of these events, in their order."""
    lines = (folder / "watched").read_text("utf-8").splitlines()
    return [args for event, args in map(json.loads, lines) if event in events]
