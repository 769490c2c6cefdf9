"""A language server for the demo's tests: continues the line with the first line of the file that begins like it.

`python server_that_repeats.py [FAULT]`: `dies` at the first suggestion, `refuses` every suggestion, `stays` after `exit`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

FAULT = sys.argv[1] if len(sys.argv) > 1 else ""


def _read() -> dict[str, Any] | None:
    length = 0
    while (line := sys.stdin.buffer.readline()) not in (b"\r\n", b""):
        length = int(line.split(b":")[1])
    body = sys.stdin.buffer.read(length)
    return json.loads(body) if body else None


def _write(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


def _items(document: list[str], uri: str, at: dict[str, int]) -> list[dict[str, Any]]:
    typed = document[at["line"]][: at["character"]]
    lines = Path(unquote(urlsplit(uri).path)).read_text().splitlines()
    known = next((line for line in lines if line.startswith(typed) and line != typed), None)
    if known is None or len(typed.strip()) < 2:
        return []
    command = {"title": "Accept", "command": "accept", "arguments": []}
    return [{"insertText": known[len(typed) :], "range": {"start": at, "end": at}, "command": command}]


def _changed(document: list[str], change: dict[str, Any]) -> list[str]:
    at = change["range"]["start"]
    line = document[at["line"]]
    new = line[: at["character"]] + change["text"] + line[at["character"] :]
    return [*document[: at["line"]], *new.split("\n"), *document[at["line"] + 1 :]]


def _answer(method: str, params: Any, document: list[str]) -> dict[str, Any]:
    if method == "aiLsp/status":
        return {"result": {"kind": "normal"}}
    if method != "textDocument/inlineCompletion":
        return {"result": None}
    if FAULT == "dies":
        sys.exit(3)
    if FAULT == "refuses":
        return {"error": {"code": -32603, "message": "no"}}
    return {"result": {"items": _items(document, params["textDocument"]["uri"], params["position"])}}


def main() -> None:
    document: list[str] = []
    while (message := _read()) is not None:
        method: str = message.get("method", "")
        params: Any = message.get("params")
        if method == "initialized":
            _write({"id": "a", "method": "workspace/configuration", "params": {"items": []}})
        elif method == "textDocument/didOpen":
            document = params["textDocument"]["text"].split("\n")
        elif method == "textDocument/didChange":
            document = _changed(document, params["contentChanges"][0])
        elif method == "exit":
            while FAULT == "stays":
                time.sleep(60)
            return
        elif method and "id" in message:
            _write({"id": message["id"], **_answer(method, params, document)})


main()
