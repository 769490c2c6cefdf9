"""The key goes into one header and nowhere else. Every other test in this folder that makes a call looks for it too."""

from __future__ import annotations

import pytest

from ai_lsp.core.errors import UnsupportedError
from tests.wire.conftest import Collected
from tests.wire.dialect import (
    CHAT,
    CONTEXT,
    KEY,
    PROMPT,
    Dialect,
    assert_no_key,
    failure,
    provider_for,
    replay,
    service,
)
from tests.wire.serving import Answer, Framing, Received

ECHO = {"x-seen-authorization": f"Bearer {KEY}", "set-cookie": f"key={KEY}", "x-request-id": KEY}


async def test_s8_no_key_goes_into_an_address_a_body_or_another_header(dialect: Dialect, every_log: Collected) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        await provider.chat(CHAT)
        await provider.complete_code(PROMPT, CONTEXT)
        await provider.list_models()
        await provider.check()
        assert KEY not in repr(provider)
        assert not [received.target for received in server.received if KEY in received.target]
        assert not [received.body for received in server.received if KEY.encode() in received.body]
    assert {"httpx2", "httpcore2.http11"} <= {name for name, _ in every_log.said}


async def test_s9_a_key_that_the_service_repeats_in_its_headers_is_not_logged(
    dialect: Dialect, usual_log: Collected
) -> None:
    def echo(received: Received) -> Answer:
        answer = replay(dialect.chat.recorded, streamed=True)
        return Answer(200, answer.body, answer.type, headers=ECHO)

    async with service(dialect, echo) as server, provider_for(dialect, server.url) as provider:
        await provider.chat(CHAT)
        assert KEY not in repr(provider.rate_limits)


async def test_what_a_service_wants_to_be_told_again_is_not_told(dialect: Dialect) -> None:
    marked = Answer(500, headers={"set-cookie": "who=you; Path=/"}, framing=Framing.LENGTH)
    async with service(dialect, marked) as server, provider_for(dialect, server.url) as provider:
        for _ in range(2):
            await failure(provider.chat(CHAT))
        assert "cookie" not in server.last.headers


@pytest.mark.parametrize(
    "body",
    [
        f'{{"error":{{"message":"refused {KEY}","param":"{KEY}","code":"{KEY}","type":"{KEY}"}}}}',
        f'{{"error":"refused {KEY}"}}',
        f'{{"detail":[{{"loc":["header","{KEY}"],"msg":"refused {KEY}","input":"{KEY}"}}]}}',
        f'[{{"error":{{"message":"refused {KEY}"}}}}]',
        f"<html><body>refused {KEY}</body></html>",
        f"refused {KEY}",
    ],
    ids=["object", "text", "detail", "list", "page", "plain"],
)
async def test_s9_a_key_that_the_service_repeats_in_an_error_is_masked(
    dialect: Dialect, usual_log: Collected, body: str
) -> None:
    async with service(dialect) as server, provider_for(dialect, server.url) as provider:
        for status in (400, 401, 403, 404, 429, 500, 503):
            refusal = Answer(status, [body.encode()], "application/json", headers=ECHO, framing=Framing.LENGTH)
            server.answering = dialect.answering(refusal)
            assert "refused" in str(await failure(provider.chat(CHAT)))


async def test_s9_a_key_that_the_service_repeats_in_a_stream_is_masked(dialect: Dialect, usual_log: Collected) -> None:
    error = f'{{"type":"error","error":{{"type":"api_error","message":"refused {KEY} and sk-can****ffee"}}}}'
    line = error if dialect.chat.recorded.stream_type == "application/x-ndjson" else f"data: {error}\n"
    for before in (b"", dialect.delta):
        answer = Answer(body=[before + f"{line}\n".encode()], type=dialect.chat.recorded.stream_type)
        async with service(dialect, answer) as server, provider_for(dialect, server.url) as provider:
            said = str(await failure(provider.chat(CHAT)))
            assert "refused <secret> and <secret>" in said


def test_no_key_can_hide_from_these_tests() -> None:
    def ours() -> None:
        local = f"Bearer {KEY}"
        raise UnsupportedError(f"no {len(local)}")

    ours.__code__ = ours.__code__.replace(co_filename="/x/ai_lsp/y.py")
    with pytest.raises(UnsupportedError) as caught:
        ours()
    with pytest.raises(AssertionError, match="can be read"):
        assert_no_key(caught.value)
