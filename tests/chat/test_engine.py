from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing

import pytest

from ai_lsp.chat.answer import Answer, Answerer
from ai_lsp.chat.attach import Attacher
from ai_lsp.chat.commands import EXPLAIN
from ai_lsp.chat.engine import ChatEngine
from ai_lsp.chat.question import Question, Scope
from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.errors import BrokenStreamError, ConnectionFailedError
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.core.text import Position, Range
from ai_lsp.core.usage import Usage
from ai_lsp.documents.store import Documents
from ai_lsp.gateway.call import Events
from ai_lsp.prompts.chat import SYSTEM

URI = "file:///work/a.py"
END = Finished("work", "m1", "stop", Usage(7, 2))


class Models:
    """Says what it is told to, and remembers what it was asked."""

    def __init__(self, *said: StreamEvent | BaseException, window: int | None = None) -> None:
        self.said: Sequence[StreamEvent | BaseException] = said
        self.window = window
        self.asked: list[tuple[ChatRequest, str | None]] = []
        self.closed = 0
        self.excluded: set[str] = set()
        self.documents = Documents()
        self.engine = ChatEngine(self, Attacher(self.documents, self.why, list))

    async def answerer(self, provider: str | None, model: str | None) -> Answerer:
        return Answerer(provider or "work", model, self.window)

    async def chat(self, request: ChatRequest, provider: str | None = None) -> Events:
        self.asked.append((request, provider))
        return self._events()

    async def why(self, uri: str) -> Silence | None:
        return Silence(Reason.EXCLUDED) if uri in self.excluded else None

    async def _events(self) -> Events:
        try:
            for event in self.said:
                if isinstance(event, BaseException):
                    raise event
                yield event
        finally:
            self.closed += 1

    async def ask(self, content: str, **more: object) -> tuple[list[str], Answer]:
        question = Question((ChatMessage("user", content),), **more)  # type: ignore[arg-type]  # named in each test
        pieces = [piece async for piece in self.engine.ask(question)]
        *texts, answer = pieces
        assert isinstance(answer, Answer)
        return [text for text in texts if isinstance(text, str)], answer

    def sent(self) -> list[str]:
        return [message.content for message in self.asked[-1][0].messages]


async def test_pieces_and_how_it_ended() -> None:
    models = Models(TextDelta("a"), TextDelta("b"), END)
    pieces, answer = await models.ask("hi", model="m1")
    assert pieces == ["a", "b"]
    assert (answer.content, answer.finish_reason, answer.provider, answer.usage) == ("ab", "stop", "work", Usage(7, 2))
    assert models.asked == [(ChatRequest((ChatMessage("system", SYSTEM), ChatMessage("user", "hi")), "m1"), "work")]


async def test_what_is_hidden_or_live_is_in_no_piece() -> None:
    pieces, answer = await Models(TextDelta("a\x1b[2J!"), TextDelta("[x](http://e)"), END).ask("hi")
    assert "".join(pieces) == answer.content == r"a!\[x]\(http:`//e`)"


async def test_a_conversation_remembers_what_the_model_said_and_not_what_was_shown() -> None:
    models = Models(TextDelta("see ![x](http://e)"), END)
    _, answer = await models.ask("hi")
    await models.ask("and?", conversation=answer.conversation)
    assert models.sent()[1:] == ["hi", "see ![x](http://e)", "and?"]


async def test_a_question_that_got_no_answer_is_no_part_of_the_conversation() -> None:
    models = Models(TextDelta("yes"), END)
    _, answer = await models.ask("hi")
    models.said = [ConnectionFailedError("work is away")]
    with pytest.raises(ConnectionFailedError, match="work is away"):
        await models.ask("hello?", conversation=answer.conversation)
    models.said = [TextDelta("again"), END]
    await models.ask("and?", conversation=answer.conversation)
    assert models.sent()[1:] == ["hi", "yes", "and?"]


async def test_what_came_before_a_failure_is_kept_and_marked() -> None:
    models = Models(TextDelta("- ```py\n  a"), BrokenStreamError("work broke off\nhere"))
    _, answer = await models.ask("hi")
    assert (answer.finish_reason, answer.error) == ("interrupted", "work broke off here")
    assert answer.content == "- ```py\n  a\n  ```\n\n\n> **ai-lsp:** work broke off here\n"
    models.said = [END]
    await models.ask("go on", conversation=answer.conversation)
    assert models.sent()[2] == "- ```py\n  a"


async def test_an_answer_that_was_stopped_is_kept_and_the_model_is_let_go() -> None:
    models = Models(TextDelta("half"), TextDelta("more"), END)
    conversation = (await models.ask("hi"))[1].conversation
    async with aclosing(
        models.engine.ask(Question((ChatMessage("user", "more?"),), conversation=conversation))
    ) as pieces:
        assert await anext(pieces) == "half"
    assert models.closed == 2
    await models.ask("and?", conversation=conversation)
    assert models.sent()[1:] == ["hi", "halfmore", "more?", "half", "and?"]


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        (Finished("work", "m1", "content_filter"), "the answer is empty (content\\_filter); ask in other words"),
        (Finished("work", "m1"), "the answer is empty; ask in other words"),
    ],
)
async def test_an_empty_answer_has_a_reason(end: Finished, sentence: str) -> None:
    _, answer = await Models(end).ask("hi")
    assert answer.content.replace("\\", "") == f"\n\n> **ai-lsp:** {sentence}\n".replace("\\", "")
    assert answer.error is not None


async def test_who_answered_instead_and_what_is_missing_is_told() -> None:
    end = Finished("spare", "m2", "length", passed_over=("work: it is <b>down</b>",))
    _, answer = await Models(TextDelta("x"), end).ask("hi")
    assert (answer.provider, answer.model, answer.finish_reason, answer.error) == ("spare", "m2", "length", None)
    assert answer.content.splitlines() == [
        *("x", ""),
        r"> **ai-lsp:** work: it is \<b>down\</b>; spare answered instead",
        "> **ai-lsp:** the answer was cut off at its longest allowed length; `max_tokens` of the provider sets it",
    ]


async def test_what_is_not_sent_along_is_told_before_the_answer() -> None:
    models = Models(TextDelta("a"), TextDelta("b"), END, window=600)
    models.documents.open(URI, "python", 1, "x\n" * 5000)
    pieces, answer = await models.ask("hi", uri=URI, files=("file:///etc/passwd", "git:/a.py", "\0", ""))
    assert pieces[1:] == ["b"]
    assert pieces[0].splitlines() == [
        "> **ai-lsp:** etc/passwd was not sent: it lies in no folder of the workspace; open it in the editor to send it",
        "> **ai-lsp:** git:/a.py was not sent: it is not open in the editor",
        *(line for line in pieces[0].splitlines()[2:4]),
        "> **ai-lsp:** only a part was sent of: The file work/a.py",
        *("", "a"),
    ]
    assert [one.uri for one in answer.refused] == ["file:///etc/passwd", "git:/a.py", "\0", ""]


async def test_notices_that_a_client_sends_back_do_not_reach_the_model() -> None:
    models = Models(TextDelta("x"), END)
    before = (
        ChatMessage("user", "hi"),
        ChatMessage("assistant", "> **ai-lsp:** a.py was not sent: no\n\nyes\n\n\n> **ai-lsp:** cut off\n"),
    )
    [_ async for _ in models.engine.ask(Question((*before, ChatMessage("user", "and?"))))]
    assert models.sent()[1:] == ["hi", "yes", "and?"]


async def test_a_command_brings_its_own_words_and_a_scope_leaves_the_file_out() -> None:
    models = Models(TextDelta("x"), END)
    models.documents.open(URI, "python", 1, "a = 1\nb = 2\nc = 3\n")
    selection = Range(Position(0, 4), Position(1, 3))
    await models.ask("hi", uri=URI, selection=selection, scope=Scope.SELECTION, command=EXPLAIN)
    assert models.sent() == [
        EXPLAIN.system_prompt,
        "The selection, lines 1 to 2 of work/a.py:\n```python\n1\nb =\n```\n\nhi",
    ]


async def test_code_that_has_become_excluded_is_not_sent_again() -> None:
    models = Models(TextDelta("x"), END)
    models.documents.open(URI, "python", 1, "canary")
    conversation = (await models.ask("hi", files=(URI,)))[1].conversation
    await models.ask("and?", conversation=conversation)
    assert "canary" in str(models.sent())
    models.excluded.add(URI)
    _, answer = await models.ask("and now?", conversation=conversation, uri=URI)
    assert "canary" not in str(models.sent())
    assert [one.reason for one in answer.refused] == ["this file is excluded from completion"]
