"""What `ai-lsp chat` is asked: the prompt, from an argument or standard input, and the files that go with it.

In: arguments. Out: one text. Every way in which this can fail is one line of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ai_lsp.chat.question import MAX_CHARACTERS
from ai_lsp.cli.failure import CommandError, UsageError
from ai_lsp.cli.files import language_of
from ai_lsp.cli.place import read_text
from ai_lsp.prompts.chat import block


def prompt_of(argument: str | None) -> str | None:
    """What the person asks. None: nothing yet, and somebody sits at a terminal."""
    if argument is None and sys.stdin is not None and sys.stdin.isatty():
        return None
    prompt = _from_stdin() if argument in (None, "-") else argument
    if not prompt or prompt.isspace():
        raise UsageError('the prompt is empty; write it as an argument, such as `ai-lsp chat "what is a monad?"`')
    return prompt


def attached_files(files: Sequence[Path]) -> str:
    """The text of these files, each under its name. Raises CommandError."""
    return "".join(f"{attached(file, read_text(file))}\n\n" for file in files)


def whole_question(files: str, prompt: str) -> str:
    """The prompt behind the files that it is about. Raises CommandError."""
    length = len(files) + len(prompt)
    if length > MAX_CHARACTERS:
        raise CommandError(f"{length:,} characters are more than one question may have ({MAX_CHARACTERS:,}); send less")
    return files + prompt


def attached(file: Path, text: str) -> str:
    """A file as a block of Markdown under its name."""
    return block(file.as_posix(), language_of(file), text)


def _from_stdin() -> str:
    if sys.stdin is None:
        return ""
    # four bytes are the longest that a character takes
    content = sys.stdin.buffer.read(4 * MAX_CHARACTERS + 1)
    if len(content) > 4 * MAX_CHARACTERS:
        raise CommandError(f"standard input has more than {MAX_CHARACTERS:,} characters; send less")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CommandError(f"standard input is not UTF-8 (in line {line}); convert it first") from None
