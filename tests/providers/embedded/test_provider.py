"""The engine as the rest of the house sees it: documents come and go, and each request gets text or a reason."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from ai_lsp.core.clock import SystemClock
from ai_lsp.core.completion import Source
from ai_lsp.core.reasons import Reason
from ai_lsp.core.text import Position
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.embedded.provider import EmbeddedProvider
from ai_lsp.providers.embedded.settings import EmbeddedSettings, State
from tests.providers.embedded.conftest import Editor, Write
from tests.support.clock import FakeClock
from tests.support.places import at

Teach = Callable[[], Awaitable[None]]

ROUTE = """\
def show_{0}(request, {0}_id):
    {0} = load_{0}({0}_id)
    if {0} is None:
        raise NotFoundError(f"no {0} {{{0}_id}}")
    return render(request, "{0}.html", {0}={0})

"""
ROUTES = "\n".join(ROUTE.format(name) for name in ("user", "group", "team", "story", "label", "invoice"))


async def test_it_goes_on_as_the_workspace_does(tmp_path: Path, editor: Editor, write: Write, taught: Teach) -> None:
    write("routes.py", ROUTES)
    await taught()
    answer = await editor.ask(tmp_path / "new.py", "def show_page(request, page_id):\n    return ren|")
    assert answer.text.startswith("der")
    assert answer.source is Source.EMBEDDED
    assert answer.confidence is not None
    assert 0.5 <= answer.confidence <= 1.0
    assert answer.silence is None


async def test_the_open_document_alone_is_enough(tmp_path: Path, editor: Editor) -> None:
    answer = await editor.ask(tmp_path / "a.py", ROUTES + "\n\ndef show_role(request, role_id):\n    return rend|")
    assert answer.text.startswith("er(request")


async def test_what_stands_behind_the_cursor_counts(tmp_path: Path, editor: Editor) -> None:
    answer = await editor.ask(tmp_path / "a.py", "def show_role(request, role_id):\n    return rend|\n\n\n" + ROUTES)
    assert answer.text.startswith("er(")


async def test_other_open_documents_count(tmp_path: Path, editor: Editor) -> None:
    editor.open(tmp_path / "routes.py", ROUTES)
    answer = await editor.ask(tmp_path / "new.py", "def show_page(request, page_id):\n    return render(|")
    assert answer.text.startswith("request")


async def test_a_document_that_nobody_opened_is_completed_from_its_snapshot(editor: Editor) -> None:
    context = at(ROUTES + "\n\ndef show_role(request, role_id):\n    return rend|")
    answer = await editor.provider.complete_code(None, context)  # type: ignore[arg-type]  # it reads the context alone
    assert answer.text.startswith("er(request")


async def test_languages_do_not_mix(tmp_path: Path, editor: Editor, write: Write, taught: Teach) -> None:
    write("routes.py", ROUTES)
    await taught()
    answer = await editor.ask(tmp_path / "page.js", "return rend|", "javascript")
    assert answer.silence is not None


@pytest.mark.parametrize(
    ("marked", "reason"),
    [
        ("|", Reason.NOTHING_TYPED),
        ("\n   \n|", Reason.NOTHING_TYPED),
        ("xylophone = qu|", Reason.NO_MATCH),
        ("alpha = be|ta\n", Reason.MID_WORD),
        ("x = 1\n" * 80_000 + "x|", Reason.TOO_LARGE),
        ("x = '" + "long" * 300 + "|", Reason.TOO_LARGE),
    ],
)
async def test_silence_has_a_reason(tmp_path: Path, editor: Editor, marked: str, reason: Reason) -> None:
    answer = await editor.ask(tmp_path / "a.py", marked)
    assert answer.text == ""
    assert answer.silence is not None
    assert answer.silence.reason is reason


async def test_it_is_silent_when_nothing_is_likely_enough(tmp_path: Path) -> None:
    provider = EmbeddedProvider(EmbeddedSettings(threshold=1.0))
    answer = await Editor(provider).ask(tmp_path / "a.py", ROUTES + "    return rend|")
    assert answer.silence is not None
    assert answer.silence.reason is Reason.UNSURE
    assert "100%" in answer.silence.detail


async def test_the_old_text_of_a_changed_file_is_not_offered(
    tmp_path: Path, editor: Editor, write: Write, taught: Teach
) -> None:
    path = write("a.py", "alpha_beta_gamma = 1\n" * 4)
    await taught()
    shown = await editor.ask(tmp_path / "b.py", "alpha_b|")
    assert shown.text.startswith("eta_gamma")
    editor.open(path, "alpha_beta_gamma = 1\n" * 4)
    await editor.ask(path, "other = 2\n|")
    editor.close(path)
    assert not (await editor.ask(tmp_path / "b.py", "alpha_b|")).text


async def test_a_file_that_was_opened_and_closed_unchanged_is_offered_again(
    tmp_path: Path, editor: Editor, write: Write, taught: Teach
) -> None:
    path = write("a.py", "alpha_beta_gamma = 1\n" * 4)
    await taught()
    editor.open(path, "alpha_beta_gamma = 1\n" * 4)
    editor.close(path)
    assert (await editor.ask(tmp_path / "b.py", "alpha_b|")).text.startswith("eta_gamma")


async def test_a_file_that_changed_on_disk_is_read_again(tmp_path: Path, write: Write) -> None:
    clock = FakeClock()
    provider = EmbeddedProvider(EmbeddedSettings(threshold=0.5), clock)
    editor = Editor(provider)
    path = write("a.py", "alpha_beta_gamma = 1\n" * 4)
    provider.learn([tmp_path])
    assert await provider.ready(15.0)
    write("a.py", "alpha_delta_gamma = 1\n" * 4)
    provider.changed_on_disk([path])
    assert not (await editor.ask(tmp_path / "b.py", "alpha_b|")).text
    await asyncio.sleep(0)
    await clock.advance(120.0)
    assert await provider.ready(15.0)
    assert (await editor.ask(tmp_path / "b.py", "alpha_d|")).text.startswith("elta_gamma")
    await provider.aclose()


async def test_a_secret_of_the_document_or_the_workspace_is_never_offered(
    tmp_path: Path, editor: Editor, write: Write, taught: Teach
) -> None:
    key = "a8Kq0ZrT5vWx2YbN7mLcP3sDf9GhJ1kQ4eRt"
    code = f'CLIENT_KEY = "{key}"\npassword = "opensesame"\n' * 3
    write("settings.py", code)
    await taught()
    for marked in ('CLIENT_KEY = "|', 'password = "|', "CLIENT_KEY = |", "pass|", f'CLIENT_KEY = "{key[:5]}|'):
        for text in (marked, code + marked):
            answer = await editor.ask(tmp_path / "new.py", text)
            assert "8Kq0" not in answer.text
            assert key[5:9] not in answer.text
            assert "sesame" not in answer.text


async def test_windows_line_ends_are_no_part_of_a_suggestion(tmp_path: Path, editor: Editor) -> None:
    text = (ROUTES + "\n\ndef show_role(request, role_id):\n    return rend|\n\nlast = 1\n").replace("\n", "\r\n")
    answer = await editor.ask(tmp_path / "a.py", text)
    assert answer.text.startswith("er(request")
    assert "\r" not in answer.text


async def test_code_in_any_script(tmp_path: Path, editor: Editor) -> None:
    text = 'größe = messen("Höhe 😀", 名前)\n' * 3
    answer = await editor.ask(tmp_path / "a.py", text + "größe = mess|")
    assert answer.text.startswith('en("Höhe 😀')


async def test_a_block_copied_to_another_depth_and_to_tabs_still_matches(tmp_path: Path, editor: Editor) -> None:
    text = ROUTES + "\n\nclass Routes:\n\tdef show_role(self, request, role_id):\n\t\treturn rend|"
    answer = await editor.ask(tmp_path / "a.py", text)
    assert answer.text.startswith("er(request")


async def test_typing_what_was_suggested_keeps_the_rest_on_screen(tmp_path: Path, editor: Editor) -> None:
    start = ROUTES + "\n\ndef show_role(request, role_id):\n    return rend"
    text = (await editor.ask(tmp_path / "a.py", start + "|")).text
    assert len(text) > 5
    for typed in range(1, 4):
        answer = await editor.ask(tmp_path / "a.py", f"{start}{text[:typed]}|")
        assert answer.text.startswith(text[typed:][:4])


async def test_the_same_code_gives_the_same_answer(tmp_path: Path, write: Write) -> None:
    for n in range(4):
        write(f"{n}.py", ROUTES.replace("group", f"group{n}"))
    answers = []
    for _ in range(2):
        provider = EmbeddedProvider(EmbeddedSettings(threshold=0.1, shortest=1))
        provider.learn([tmp_path])
        assert await provider.ready(15.0)
        editor = Editor(provider)
        marks = ("def show_g|", "group = |", "    return |", "if |")
        answers.append([await editor.ask(tmp_path / "new.py", mark) for mark in marks])
        await provider.aclose()
    assert answers[0] == answers[1]


async def test_its_state_can_be_read(tmp_path: Path, editor: Editor, write: Write) -> None:
    assert editor.provider.status().state is State.EMPTY
    assert await editor.provider.ready(0.0)
    write("a.py", ROUTES)
    editor.provider.learn([tmp_path])
    assert await editor.provider.ready(15.0)
    status = editor.provider.status()
    assert (status.state, status.files) == (State.READY, 1)
    assert status.bytes == len(ROUTES)
    health = await editor.provider.check()
    assert health.ok
    assert "1 file, 1 KB learned" in health.detail


async def test_a_long_document_that_was_just_opened_does_not_hold_the_loop(tmp_path: Path, editor: Editor) -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await editor.ask(tmp_path / "a.py", "".join(f"value_{n} = {n}\n" for n in range(4000)) + "val|")
    counting.cancel()
    assert turns > 15


async def test_a_request_that_is_cancelled_leaves_the_next_one_right(tmp_path: Path, editor: Editor) -> None:
    text = "".join(f"value_{n} = {n}\n" for n in range(2000)) + ROUTES
    asking = asyncio.create_task(editor.ask(tmp_path / "a.py", text + "    return rend|"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.wait([asking])
    assert (await editor.ask(tmp_path / "a.py", text + "    return rend|")).text.startswith("er")


async def test_notifications_about_unknown_documents_change_nothing(editor: Editor) -> None:
    editor.provider.changed("file:///nowhere.py", None)
    editor.provider.closed("file:///nowhere.py")
    editor.provider.changed_on_disk([Path("/nowhere.py")])
    assert editor.provider.status().state is State.EMPTY


def test_it_is_a_provider_that_needs_no_service() -> None:
    provider: AIProvider = EmbeddedProvider(clock=SystemClock())
    assert provider.name == "embedded"
    assert provider.origin is None
    assert provider.capabilities.is_local
    assert provider.capabilities.supports_code_completion
    assert not provider.capabilities.supports_chat


async def test_positions_that_the_editor_types_at_are_taken_key_by_key(tmp_path: Path, editor: Editor) -> None:
    path = tmp_path / "a.py"
    await editor.ask(path, ROUTES + "|")
    line = ROUTES.count("\n")
    for column, character in enumerate("def show_ro"):
        editor.type(path, Position(line, column), character)
    snapshot = editor.documents.snapshot(path.as_uri())
    assert snapshot is not None
    assert snapshot.text.endswith("def show_ro")


@pytest.mark.parametrize("pause", [0.0, 0.002, 0.02, 0.1])
async def test_reading_that_is_begun_anew_again_and_again_leaves_no_process(tmp_path: Path, pause: float) -> None:
    (tmp_path / "a.py").write_text("total = multiply(width, height)\n" * 200)
    provider = EmbeddedProvider()
    for _ in range(3):
        provider.learn([tmp_path])
        await asyncio.sleep(pause)
    await provider.aclose()
    assert not provider._builds
    gc.collect()  # a process that was left behind is a warning here, and warnings are errors
