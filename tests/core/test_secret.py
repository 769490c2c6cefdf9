from __future__ import annotations

import copy
import json
import pickle
import traceback
from dataclasses import asdict, dataclass

import pytest

from ai_lsp.core.secret import MASK, NoSecrets, Secret, WrongOriginError

KEY = "sk-canary-0123456789"
ORIGIN = "https://api.example.com"


@pytest.fixture
def secret() -> Secret:
    return Secret(KEY, ORIGIN)


def test_it_is_revealed_for_its_own_origin(secret: Secret) -> None:
    assert secret.reveal_for(ORIGIN) == KEY


@pytest.mark.parametrize(
    "origin",
    ["https://api.example.com:8443", "http://api.example.com", "https://api.example.com.evil.test", "", ORIGIN + "/"],
)
def test_it_is_revealed_for_no_other_origin(secret: Secret, origin: str) -> None:
    with pytest.raises(WrongOriginError) as caught:
        secret.reveal_for(origin)
    assert KEY not in str(caught.value)


def test_s11_it_shows_nowhere(secret: Secret) -> None:
    @dataclass
    class Holder:
        secret: Secret

    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>30}",
        "%s" % secret,  # noqa: UP031  # one of the ways to show something
        repr([secret]),
        repr(Holder(secret)),
        repr(vars(type(secret))),
        json.dumps({"key": secret}, default=str),
    ]
    assert not any(KEY in text for text in shown)
    assert f"{secret:>10}".strip() == MASK


def test_s11_it_does_not_show_in_a_traceback_with_local_variables(secret: Secret) -> None:
    try:
        secret.reveal_for("https://elsewhere.example")
    except WrongOriginError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "secret = " in shown
    assert KEY not in shown


def test_s11_it_is_neither_pickled_nor_copied(secret: Secret) -> None:
    @dataclass
    class Holder:
        secret: Secret

    for attempt in (pickle.dumps, copy.copy, copy.deepcopy, lambda one: asdict(Holder(one))):
        with pytest.raises(TypeError, match="neither pickled nor copied"):
            attempt(secret)
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_two_secrets_are_not_compared() -> None:
    assert Secret(KEY, ORIGIN) != Secret(KEY, ORIGIN)


def test_it_is_taken_out_of_texts(secret: Secret) -> None:
    assert secret.redact(f"wrong key {KEY}!") == f"wrong key {MASK}!"
    assert Secret("", ORIGIN).redact("nothing to hide") == "nothing to hide"


async def test_somebody_without_keys() -> None:
    assert await NoSecrets().find("work", "openai", ORIGIN) is None
