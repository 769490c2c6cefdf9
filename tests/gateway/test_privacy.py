"""What a service gets to see, where it may be, and what comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from ai_lsp.context import privacy as rules
from ai_lsp.context.privacy import Level, Rule
from ai_lsp.core.chat import ChatMessage, ChatRequest
from ai_lsp.core.context import Scope, Snippet, SnippetKind
from ai_lsp.core.errors import AIError, PrivacyError
from ai_lsp.core.reasons import Reason
from ai_lsp.core.stream import Finished, StreamEvent, TextDelta
from ai_lsp.gateway import privacy
from ai_lsp.gateway.call import Call, ChatCall, CompletionCall, Events
from ai_lsp.gateway.order import GatewaySettings, Parts, build_gateway
from ai_lsp.gateway.privacy import PrivacySettings, PrivacyStage
from tests.gateway.support_gateway import FakeProvider, chat_call, collect, completion_call, sources, text_of
from tests.support.clock import FakeClock

KEY = "AKIA0123456789ABCDEF"


class Service:
    """The rest of the line: remembers what arrives and answers in these pieces."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces
        self.calls: list[Call] = []

    async def __call__(self, call: Call) -> Events:
        self.calls.append(call)
        for piece in self.pieces:
            yield TextDelta(piece)
        yield Finished("cloud", "m1", "stop")

    @property
    def completion(self) -> CompletionCall:
        [call] = self.calls
        assert isinstance(call, CompletionCall)
        return call


def stage(settings: PrivacySettings | None = None, **provider: object) -> PrivacyStage:
    fake = replace(FakeProvider(), **provider)  # type: ignore[arg-type]  # fields of the fake, by name
    return PrivacyStage(sources(fake), lambda: settings or PrivacySettings())


async def test_a_completion_goes_out_masked_in_all_its_parts() -> None:
    service = Service("1")
    call = completion_call(prefix=f'key = "{KEY}"\nx = ', suffix='\npassword = "correct-horse-9"\n')
    context = replace(
        call.context,
        imports=(f"import a  # {KEY}",),
        scopes=(Scope("function", "f", f'def f(key="{KEY}"):', 0, 3),),
    )
    await collect(stage()(replace(call, context=context), service))

    sent = service.completion
    assert sent.prompt.prefix == 'key = "<redacted:aws-key>"\nx = '
    assert sent.prompt.suffix == '\npassword = "<redacted:password>"\n'
    assert (sent.context.prefix, sent.context.suffix) == (sent.prompt.prefix, sent.prompt.suffix)
    assert KEY not in repr(sent)


async def test_code_from_elsewhere_goes_out_masked_as_well() -> None:
    service = Service("1")
    call = completion_call(prefix="x = ")
    snippets = (Snippet("a.py", f'KEY = "{KEY}"', SnippetKind.SIMILAR, 0),)
    prompt, context = replace(call.prompt, snippets=snippets), replace(call.context, snippets=snippets)
    await collect(stage()(replace(call, prompt=prompt, context=context), service))
    assert [snippet.text for snippet in service.completion.prompt.snippets] == ['KEY = "<redacted:aws-key>"']
    assert KEY not in repr(service.completion)


async def test_every_message_of_a_chat_goes_out_masked() -> None:
    service = Service("ok")
    messages = (ChatMessage("system", f"use {KEY}"), ChatMessage("user", "why\u202e?"), ChatMessage("assistant", KEY))
    await collect(stage()(ChatCall("cloud", ChatRequest(messages)), service))
    [sent] = service.calls
    assert isinstance(sent, ChatCall)
    assert [message.content for message in sent.request.messages] == [
        "use <redacted:aws-key>",
        "why<U+202E>?",
        "<redacted:aws-key>",
    ]


async def test_the_engine_of_our_own_sees_the_plain_text() -> None:
    service = Service("1")
    call = completion_call("embedded", prefix=f'key = "{KEY}')
    await collect(stage(named="embedded", service=None, is_local=True)(call, service))
    assert service.calls == [call]


async def test_a_provider_that_does_not_tell_where_it_is_counts_as_far_away() -> None:
    service = Service("1")
    await collect(stage(service=None)(completion_call(prefix=KEY), service))
    assert KEY not in repr(service.completion)
    with pytest.raises(PrivacyError, match="a place that it does not tell"):
        await collect(stage(PrivacySettings(Rule(Level.MACHINE)), service=None)(completion_call(), service))


async def test_a_person_may_switch_masking_off_but_not_the_rest() -> None:
    service = Service("1")
    await collect(stage(PrivacySettings(redact=False))(completion_call(prefix=f"{KEY}\u202e"), service))
    assert service.completion.prompt.prefix == f"{KEY}<U+202E>"


async def test_s23_what_is_not_allowed_is_refused_before_anything_is_sent() -> None:
    service = Service("1")
    settings = PrivacySettings(Rule(Level.MACHINE))
    with pytest.raises(PrivacyError) as refused:
        await collect(stage(settings)(completion_call(), service))
    assert str(refused.value) == (
        "nothing was sent to cloud: it is at https://cloud.test, and [privacy] in the user file keeps everything on this machine"
    )
    assert service.calls == []


async def test_a_provider_may_have_a_rule_of_its_own() -> None:
    settings = PrivacySettings(Rule(Level.MACHINE), {"cloud": Rule(Level.HOSTS, frozenset({"cloud.test"}))})
    assert await text_of(stage(settings)(completion_call(), Service("1"))) == "1"


async def test_a_refused_service_is_stood_in_for_by_the_engine_of_our_own() -> None:
    cloud = FakeProvider()
    engine = FakeProvider("embedded", service=None, is_local=True)
    settings = GatewaySettings(privacy=PrivacySettings(Rule(Level.MACHINE)))
    gateway = build_gateway(lambda: settings, Parts(providers=sources(cloud, engine), clock=FakeClock()))
    given = await gateway.complete(completion_call())
    assert (given.provider, cloud.calls) == ("embedded", 0)
    assert "keeps everything on this machine" in given.passed_over[0]


def split(text: str) -> Iterator[tuple[str, str]]:
    return ((text[:cut], text[cut:]) for cut in range(len(text) + 1))


async def test_a_completion_ends_where_it_repeats_a_placeholder_and_says_why() -> None:
    for pieces in split('go()\nkey = "<redacted:aws-key>"\nmore()'):
        events: list[StreamEvent] = await collect(stage()(completion_call(), Service(*pieces)))
        assert "".join(event.text for event in events if isinstance(event, TextDelta)) == 'go()\nkey = "'
        end = events[-1]
        assert isinstance(end, Finished)
        assert end.silence is not None
        assert end.silence.reason is Reason.MASKED


async def test_a_chat_may_talk_of_what_was_masked() -> None:
    answer = "`<redacted:aws-key>` does not belong into the code"
    assert await text_of(stage()(chat_call(), Service(answer))) == answer


@pytest.mark.parametrize("call", [completion_call(), chat_call()])
async def test_s20_hidden_characters_of_an_answer_are_dropped(call: Call) -> None:
    for pieces in split("a\u202eb\x1b[31mc\U000e0041 क्‍ष\u200b"):
        assert await text_of(stage()(call, Service(*pieces))) == "abc क्‍ष"


def broken(*_: object, **__: object) -> None:
    raise RuntimeError(f"no room for {KEY}")


GUARDS: list[tuple[object, str]] = [
    (rules.Rule, "refusal"),
    (rules.Outgoing, "text"),
    (rules.Outgoing, "halves"),
    (rules, "masked_lines"),
    (rules, "masked_halves"),
    (rules, "visible"),
    (privacy, "split_lines"),
    (PrivacySettings, "rule"),
]


@pytest.mark.parametrize(("place", "name"), GUARDS, ids=lambda one: getattr(one, "__name__", one))
async def test_s25_a_guard_that_fails_lets_nothing_out(
    place: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, name, broken)
    provider = FakeProvider()
    gateway = build_gateway(GatewaySettings, Parts(providers=sources(provider), clock=FakeClock()))
    with pytest.raises(AIError) as refused:
        await gateway.complete(completion_call(prefix=f"x = '{KEY}"))
    assert isinstance(refused.value, PrivacyError)
    assert str(refused.value) == "nothing was sent to cloud: checking what may leave failed (RuntimeError)"
    assert provider.calls == 0


async def test_s25_settings_that_cannot_be_read_let_nothing_out() -> None:
    service = Service("1")
    guard = PrivacyStage(sources(FakeProvider()), broken)  # type: ignore[arg-type]  # what fails returns nothing
    for call in (completion_call(), chat_call()):
        with pytest.raises(PrivacyError):
            await collect(guard(call, service))
    assert service.calls == []


async def test_a_large_question_is_read_in_slices_and_goes_out_masked() -> None:
    service = Service("ok")
    text = "".join(f"line_{number} = {number}\n" for number in range(20_000)) + KEY
    await collect(stage()(chat_call(text=text), service))
    [sent] = service.calls
    assert isinstance(sent, ChatCall)
    assert sent.request.messages[0].content == text.replace(KEY, "<redacted:aws-key>")
