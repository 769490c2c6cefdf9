from __future__ import annotations

import pytest

from ai_lsp.core.secret import Secret
from ai_lsp.observe.scrub import Scrubber

CANARY = "sk-canary-0123456789abcdefghij"


@pytest.mark.parametrize(
    "text",
    [
        f"the key {CANARY} was refused",
        "https://api.test/v1?key=AbCdEf0123456789&alt=sse",
        "https://user:Passw0rd@proxy.test:8080/",
        "{'authorization': 'Bearer abcdefghijklmnop'}",
        "x-api-key: 0123456789abcdef",
        '"x-goog-api-key": "AIzaSyA0123456789012345678901234567890"',
        "AIzaSyA0123456789012345678901234567890",
        "xai-0123456789abcdefghijklmnop",
        "ghp_0123456789abcdefghij0123456789abcdef",
        "github_pat_11ABCDEFG0123456789_abcdefghijklmnop",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.sgn0123456789",
        "Bearer q1w2e3r4t5y6u7i8",
    ],
)
def test_everything_that_looks_like_a_key_is_masked(text: str) -> None:
    scrubbed = Scrubber().scrub(text)
    assert "<secret>" in scrubbed
    for part in ("canary", "AbCdEf", "Passw0rd", "abcdefgh", "0123456789", "eyJzdWIi", "q1w2e3"):
        assert part not in scrubbed


def test_a_known_key_of_any_shape_is_masked() -> None:
    scrubber = Scrubber()
    scrubber.know(Secret("hunter2", "https://api.test"))
    assert scrubber.scrub("it said hunter2!") == "it said <secret>!"


@pytest.mark.parametrize(
    "text",
    [
        "cloud failed too often and is left alone for 30 s more",
        "unknown provider 'task-runner'; known: ollama, sk",
        "usage cannot be recorded in /home/ada/.local/state/ai-lsp: No space left on device",
        "https://api.test/v1/chat/completions answered 503",
        "risk-assessment_of_things.py:12 in mask_everything",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert Scrubber().scrub(text) == text
