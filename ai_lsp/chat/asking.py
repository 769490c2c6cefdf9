"""A task as a question to a model: the lines, what is said of them, and as much of what is around them as there is room for.

In: a task, what is known of its surroundings, and the model's window. Out: messages. What must never happen: part of the lines
themselves is left out, or text of a file ends the place where it is quoted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from ai_lsp.chat.commands import REFACTOR, TESTS, Command
from ai_lsp.chat.edits import inert
from ai_lsp.chat.task import Diagnostic, Task
from ai_lsp.context.visible import visible
from ai_lsp.core.chat import ChatMessage
from ai_lsp.core.completion import CompletionPrompt
from ai_lsp.core.context import CodeContext, Snippet
from ai_lsp.core.errors import ContextOverflowError
from ai_lsp.core.text import DocumentSnapshot
from ai_lsp.prompts.budget import SAFETY, fit
from ai_lsp.prompts.chat import unreserved
from ai_lsp.prompts.fim import shown_path
from ai_lsp.prompts.tokens import estimate_tokens

SURROUNDINGS: Final = 6000
"""Tokens of code around the lines and from elsewhere at most: more costs money and helps little."""
_ANSWER, _TESTS_ANSWER = 1024, 4096
"""Tokens that an answer takes beside what it repeats of the lines."""
_MOST_DIAGNOSTICS = 20
_LONGEST_MESSAGE = 500
_HEAD_OF_TESTS = 120
"""Lines of an existing test file that are shown: its imports, and how its tests look."""


def messages(task: Task, context: CodeContext | None, window: int | None) -> tuple[ChatMessage, ...]:
    """The conversation. `window` is in tokens; None: nobody knows it. Raises ContextOverflowError."""
    system = ChatMessage("system", task.command.system_prompt)
    fixed = _question(task, "", "", (), context)
    answer = _answer_tokens(task)
    needed = estimate_tokens(system.content) + estimate_tokens(fixed)
    if window is not None and needed + answer > window * SAFETY:
        raise ContextOverflowError(
            f"the selection is too long: with its answer it takes about {needed + answer} tokens, and the model has room"
            f" for {window}; select less",
            limit=window,
            used=needed + answer,
        )
    first, last = task.range.start, task.range.end
    prompt = CompletionPrompt(
        prefix=_plain(task.document.before(first)),
        suffix=_plain(task.document.after(last)),
        language=task.document.language,
        max_tokens=answer,
        snippets=context.snippets if context else (),
    )
    sized = fit(prompt, window, SURROUNDINGS, overhead=needed)
    question = _question(task, sized.prefix, sized.suffix, sized.snippets, context)
    return system, ChatMessage("user", unreserved(question))


def _answer_tokens(task: Task) -> int:
    """What the answer may take of the window."""
    if task.command is TESTS:
        return _TESTS_ANSWER
    repeated = estimate_tokens(task.text) * 3 // 2 if task.command.changes_code else 0
    return repeated + _ANSWER


def _question(task: Task, before: str, after: str, snippets: Sequence[Snippet], context: CodeContext | None) -> str:
    """All that is quoted comes first and what is wanted last, where models look for it."""
    return "\n".join((*_material(task, before, after, snippets, context), *_wanted(task))) + "\n"


def _material(
    task: Task, before: str, after: str, snippets: Sequence[Snippet], context: CodeContext | None
) -> Iterator[str]:
    yield f"Language: {task.document.language}"
    if context is not None and context.path is not None:
        yield f"File: {_quoted(shown_path(context.path))}"
    for snippet in snippets:
        place = f"{_quoted(snippet.path)}, line {snippet.first_line + 1}"
        yield f"<ELSEWHERE>\n{place}:\n{_quoted(snippet.text)}\n</ELSEWHERE>"
    imports = [line for line in (context.imports if context else ()) if line not in before]
    if imports:
        yield f"<IMPORTS>\n{_quoted(chr(10).join(imports))}\n</IMPORTS>"
    if task.existing is not None:
        yield f"<EXISTING>\n{_quoted(_head(task.existing))}\n</EXISTING>"
    if before.strip():
        yield f"<BEFORE>\n{_quoted(before.removesuffix(chr(10)))}\n</BEFORE>"
    yield f"<SELECTION>\n{_quoted(_plain(task.text))}\n</SELECTION>"
    if after.strip():
        yield f"<AFTER>\n{_quoted(after.removeprefix(chr(10)))}\n</AFTER>"
    scopes = " > ".join(_quoted(scope.header.split("\n")[0]) for scope in (context.scopes if context else ()))
    if scopes:
        yield f"The selection begins inside of: {scopes}"
    if task.diagnostics:
        told = "\n".join(_told(one, task) for one in task.diagnostics[:_MOST_DIAGNOSTICS])
        yield f"<DIAGNOSTICS>\n{told}\n</DIAGNOSTICS>"


def _wanted(task: Task) -> Iterator[str]:
    if task.marked and task.marked.strip() != task.text.strip():
        yield f"Of these lines the person has marked: {_quoted(_plain(task.marked))}"
    if task.command is TESTS:
        yield _wanted_tests(task)
    if task.instruction:
        yield f"<INSTRUCTION>\n{inert(visible(task.instruction))}\n</INSTRUCTION>"
    yield _LAST.get(task.command, f"{task.command.title} the selection.")


_LAST: Final[dict[Command, str]] = {
    TESTS: "Write the tests.",
    REFACTOR: "Change the selection as the instruction says.",
}


def _wanted_tests(task: Task) -> str:
    if task.existing is None:
        return "The answer becomes a new test file: write all of it."
    return (
        "The answer is added at the end of the test file whose beginning stands in <EXISTING>: write only what is new, in"
        " the same manner, without imports that it has."
    )


def _told(one: Diagnostic, task: Task) -> str:
    """`line 3 of the selection: error: … [F821]`."""
    line = one.range.start.line - task.range.start.line
    where = f"line {line + 1} of the selection" if line >= 0 else "above the selection"
    origin = " ".join(part for part in (one.source, one.code) if part)
    message = _quoted(" ".join(one.message.split())[:_LONGEST_MESSAGE])
    return f"{where}: {one.severity or 'problem'}: {message}{f' [{_quoted(origin)}]' if origin else ''}"


def _head(document: DocumentSnapshot) -> str:
    return _plain("".join(document.lines[:_HEAD_OF_TESTS])).rstrip("\n")


def _plain(text: str) -> str:
    """Lines that end as models expect it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _quoted(text: str) -> str:
    """Text of others: it ends nothing, and nothing in it is hidden."""
    return visible(inert(text))
