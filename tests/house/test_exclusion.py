"""What never leaves this machine, from the editor to the provider, in the house as it is."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from ai_lsp.core.chat import ChatMessage, ChatRequest, ChatResponseChunk
from ai_lsp.core.completion import CodeCompletion, CompletionPrompt, Suggestion, Trigger
from ai_lsp.core.context import CodeContext
from ai_lsp.core.reasons import Reason, Silence
from ai_lsp.core.status import StatusKind
from ai_lsp.core.stream import TextDelta
from ai_lsp.core.text import Position
from ai_lsp.house import exclusion as exclusion_module
from ai_lsp.house.exclusion import Exclusion
from ai_lsp.house.house import House
from ai_lsp.providers.base import AICapabilities, AIProvider
from tests.context.test_exclude import SECRET
from tests.support.clock import FakeClock

CANARY = "canary-9f2kQ7wLx4"


class Far(AIProvider):
    """A service somewhere else that keeps all it is sent."""

    def __init__(self) -> None:
        self.got: list[str] = []

    @property
    def name(self) -> str:
        return "far"

    @property
    def origin(self) -> str:
        return "https://far.test"

    @property
    def capabilities(self) -> AICapabilities:
        return AICapabilities(supports_code_completion=True, supports_chat=True)

    async def complete_code(self, prompt: CompletionPrompt, context: CodeContext) -> CodeCompletion:
        self.got.append(repr((prompt, context)))
        return CodeCompletion("answer", "far", "m1", finish_reason="stop")

    async def stream_chat(self, request: ChatRequest) -> AsyncIterator[ChatResponseChunk]:
        self.got.append(repr(request))
        yield ChatResponseChunk("answer", "stop")


@asynccontextmanager
async def house_with(tmp_path: Path, settings: str = "") -> AsyncIterator[tuple[House, Far, FakeClock]]:
    config = tmp_path / "config.toml"
    config.write_text(f'provider = "far"\nfallback = []\n{settings}\n[providers.far]\nkind = "far"\n')
    clock, far = FakeClock(), Far()
    house = House(config, clock=clock)
    house.upstream.factory.register_provider("far", lambda *_: far)
    async with aclosing(house):
        yield house, far, clock


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


async def asked(house: House, file: Path, text: str = f"x = '{CANARY}'\ny = ") -> Suggestion | Silence:
    uri = file.as_uri()
    house.documents.close(uri)
    house.documents.open(uri, "python", 1, text)
    return await house.suggest(uri, Position(1, 4), Trigger.INVOKED)


async def test_an_ordinary_file_is_completed(tmp_path: Path, work: Path) -> None:
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        assert isinstance(await asked(house, work / "a.py"), Suggestion)
        assert len(far.got) == 1


async def test_s15_no_byte_of_a_secret_file_leaves_and_the_status_says_inactive(tmp_path: Path, work: Path) -> None:
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        for name in SECRET:
            silence = await asked(house, work / name)
            assert isinstance(silence, Silence), name
            assert silence.reason is Reason.EXCLUDED
            assert house.status().kind is StatusKind.INACTIVE
            assert await house.excluded((work / name).as_uri()) is not None
        await asked(house, work / "a.py", "x = 1\ny = ")
        assert len(far.got) == 1
        assert CANARY not in far.got[0]


async def test_s15_the_persons_patterns_and_those_of_the_project_hold(tmp_path: Path, work: Path) -> None:
    (work / "a").mkdir()
    (work / ".aiignore").write_text("*.sql\ndrafts/\n")
    (work / "a" / ".aiignore").write_text("/b.py\n")
    async with house_with(tmp_path, '[privacy]\nexclude = ["legal/", "*.priv.py"]') as (house, far, _):
        house.learn([work])
        for name in ("q.sql", "drafts/x.py", "a/b.py", "legal/x.py", "a/c.priv.py"):
            silence = await asked(house, work / name)
            assert isinstance(silence, Silence), name
            assert silence.reason is Reason.EXCLUDED
        assert far.got == []
        assert isinstance(await asked(house, work / "b.py"), Suggestion)


async def test_s15_a_changed_aiignore_is_in_force_for_the_next_request(tmp_path: Path, work: Path) -> None:
    rules = work / ".aiignore"
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        assert isinstance(await asked(house, work / "a.py"), Suggestion)
        for text, excluded in (("a.py\n", True), ("other.py\n", False), ("*.py\n", True), (None, False)):
            if text is None:
                rules.unlink()
            else:
                rules.write_text(text)
            before = len(far.got)
            answer = await asked(house, work / "a.py", f"x = '{CANARY} {text!r}'\ny = ")
            assert isinstance(answer, Silence) is excluded, text
            assert len(far.got) == before + (not excluded)
        rules.write_text("a.py\n")
        assert str(await house.excluded((work / "a.py").as_uri())) == (
            f"this file is excluded from completion (by {work}/.aiignore)"
        )


async def test_a_changed_aiignore_is_told_once_however_many_see_it(work: Path) -> None:
    told: list[str] = []
    exclusion = Exclusion(list, FakeClock(), lambda: told.append("changed"))
    exclusion.within([work])
    uri = (work / "a.py").as_uri()
    assert await exclusion.reason(uri) is None
    (work / ".aiignore").write_text("a.py\n")
    found = await asyncio.gather(*(exclusion.reason(uri) for _ in range(5)))
    assert told == ["changed"]
    assert None not in found


async def test_a_look_that_was_begun_with_an_edit_answers_the_question_behind_it(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, looks = FakeClock(), 0
    exclusion = Exclusion(list, clock)
    exclusion.within([work])
    uri = (work / "a.py").as_uri()
    assert await exclusion.reason(uri) is None
    have_changed = exclusion_module._have_changed

    def counted(stamps: exclusion_module.Stamps) -> bool:
        nonlocal looks
        looks += 1
        return have_changed(stamps)

    monkeypatch.setattr(exclusion_module, "_have_changed", counted)
    exclusion.changed(uri, ())
    await exclusion.reason(uri)
    assert looks == 1
    await exclusion.reason(uri)
    assert looks == 2, "it answers one question"
    exclusion.changed(uri, ())
    clock.move(1.0)
    await exclusion.reason(uri)
    assert looks == 4, "it was too old"
    (work / ".aiignore").write_text("a.py\n")
    exclusion.changed(uri, ())
    assert await exclusion.reason(uri) is not None


async def test_s15_a_suggestion_that_was_kept_is_not_shown_once_its_file_is_excluded(
    tmp_path: Path, work: Path
) -> None:
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        uri = (work / "a.py").as_uri()
        house.documents.open(uri, "python", 1, "x = 1\ny = ")
        assert isinstance(await house.suggest(uri, Position(1, 4), Trigger.INVOKED), Suggestion)
        (work / ".aiignore").write_text("a.py\n")
        assert isinstance(await house.suggest(uri, Position(1, 4), Trigger.INVOKED), Silence)
        assert len(far.got) == 1


@pytest.mark.parametrize("is_open", [True, False], ids=["an open file", "a file on disk"])
async def test_s15_code_that_lay_ready_does_not_leave_once_its_file_is_excluded(
    tmp_path: Path, work: Path, is_open: bool
) -> None:
    (work / "deep").mkdir()
    helper = work / "deep" / "helper.py"
    helper.write_text("def price_of(item, telltale):\n    return item.price * telltale\n")
    using = "from deep.helper import price_of\ny = \n\ntotal_{0} = price_of({0})\n"
    async with house_with(tmp_path) as (house, far, clock):
        house.learn([work])
        if is_open:
            house.documents.open(helper.as_uri(), "python", 1, helper.read_text())
            await house.excluded(helper.as_uri())
        for number in range(20):
            await clock.run(asked(house, work / "a.py", using.format(number)))
            await clock.run(house._indexing.ready())
            await clock.run(house._related.settled())
            if "telltale" in far.got[-1]:
                break
        assert "telltale" in far.got[-1], "nothing lay ready: this test shows nothing"
        (work / "deep" / ".aiignore").write_text("helper.py\n")
        far.got.clear()
        for number in range(5):
            await clock.run(asked(house, work / "a.py", using.format(100 + number)))
            await clock.run(house._indexing.ready())
            await clock.run(house._related.settled())
        assert len(far.got) == 5
        assert "telltale" not in "".join(far.got)


@pytest.mark.parametrize("text", [b"!\n", b"\xff\xfe\n", b"x" * 100_001], ids=["pattern", "encoding", "size"])
async def test_s25_an_aiignore_that_cannot_be_read_excludes_everything_below_it(
    tmp_path: Path, work: Path, text: bytes
) -> None:
    (work / ".aiignore").write_bytes(text)
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        silence = await asked(house, work / "a.py")
        assert isinstance(silence, Silence)
        assert silence.reason is Reason.EXCLUDED
        assert "could not be found out" in silence.detail
        assert far.got == []


async def test_s25_a_check_that_fails_lets_nothing_out(
    tmp_path: Path, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of order")

    for place, name in (("ai_lsp.house.exclusion", "_look"), ("ai_lsp.house.exclusion", "named_by")):
        with monkeypatch.context() as patched:
            patched.setattr(f"{place}.{name}", broken)
            async with house_with(tmp_path) as (house, far, _):
                house.learn([work])
                silence = await asked(house, work / "a.py")
                assert isinstance(silence, Silence), name
                assert silence.reason is Reason.EXCLUDED
                assert far.got == []


async def test_a_link_to_a_secret_file_is_one(tmp_path: Path, work: Path) -> None:
    (work / ".env").write_text(CANARY)
    (work / "notes.py").symlink_to(work / ".env")
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        silence = await asked(house, work / "notes.py")
        assert isinstance(silence, Silence)
        assert "link" in silence.detail
        assert far.got == []


async def test_what_stands_in_an_open_secret_file_is_not_offered_elsewhere(tmp_path: Path, work: Path) -> None:
    async with house_with(tmp_path, '[completion]\nprovider = "embedded"\nmin_confidence = 0.3') as (house, _, _):
        house.learn([work])
        for name, offered in (("secrets.py", False), ("a.py", True)):
            uri = (work / name).as_uri()
            house.documents.open(uri, "python", 1, "connection_to_the_bank = open_the_bank(vault_of_the_bank)\n" * 4)
            await house.excluded(uri)
            house.documents.open((work / "b.py").as_uri(), "python", 1, "connection_to_the_bank = open_")
            said = await house.suggest((work / "b.py").as_uri(), Position(0, 30), Trigger.INVOKED)
            assert isinstance(said, Suggestion) is offered, said
            house.documents.close(uri)


async def test_s16_a_secret_in_an_ordinary_file_or_question_is_masked(tmp_path: Path, work: Path) -> None:
    key = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
    async with house_with(tmp_path) as (house, far, _):
        house.learn([work])
        assert isinstance(await asked(house, work / "a.py", f"token = '{key}'\ny = "), Suggestion)
        events = await house.chat(ChatRequest((ChatMessage("user", f"what is {key}?"),)))
        async with aclosing(events):
            said = "".join([event.text async for event in events if isinstance(event, TextDelta)])
        assert said == "answer"
        assert len(far.got) == 2
        assert not any(key in got for got in far.got)


async def test_a_service_that_is_not_allowed_gets_nothing_and_the_person_is_told(tmp_path: Path, work: Path) -> None:
    async with house_with(tmp_path, '[privacy]\nlevel = "hosts-i-control"\nhosts = ["near.test"]') as (house, far, _):
        house.learn([work])
        silence = await asked(house, work / "a.py")
        assert isinstance(silence, Silence)
        assert "https://far.test, which is not among the `hosts`" in str(silence)
        assert far.got == []


opened: list[str] = []
listening = False


def _note(event: str, args: tuple[object, ...]) -> None:
    if listening and event == "open" and isinstance(args[0], str):
        opened.append(args[0])


sys.addaudithook(_note)


@pytest.fixture
def listened() -> Iterator[list[str]]:
    global listening  # noqa: PLW0603  # an audit hook cannot be taken back, only told to look away
    opened.clear()
    listening = True
    yield opened
    listening = False


@pytest.mark.parametrize(
    "uri",
    [
        "file:///etc/passwd",
        "file:///{work}/%2e%2e/outside.py",
        "file:///{work}/link.py",
        "file://host/share/a.py",
        "file:///C:/Windows/win.ini",
        "http://far.test/a.py",
        "untitled:Untitled-1",
    ],
)
async def test_s17_only_open_buffers_are_read(tmp_path: Path, work: Path, listened: list[str], uri: str) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text(CANARY)
    (work / "link.py").symlink_to(outside)
    async with house_with(tmp_path) as (house, far, _):
        house.exclusion.within([work])
        listened.clear()
        address = uri.format(work=str(work).lstrip("/"))
        silence = await house.suggest(address, Position(0, 0), Trigger.INVOKED)
        assert isinstance(silence, Silence)
        assert silence.reason is Reason.NOT_OPEN
        house.documents.open(address, "python", 1, "typed = 1\nx = ")
        await house.suggest(address, Position(1, 4), Trigger.INVOKED)
        files = [name for name in listened if name.endswith((".py", "passwd", ".ini")) and "site-packages" not in name]
        assert [name for name in files if str(tmp_path) in name or "passwd" in name or ".ini" in name] == []
        assert not any(CANARY in got for got in far.got)


async def test_what_was_never_looked_at_is_not_allowed() -> None:
    assert not Exclusion(list, FakeClock()).allows("file:///w/a.py")
