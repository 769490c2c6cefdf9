"""Every setting there is, changed in the user file while the house is open: the next request goes by the new value.

A setting without an entry here fails the last test: whoever adds one shows that it takes effect without a restart.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from ai_lsp.providers.http import HOLE_MARKS
from ai_lsp.settings.schema import Settings
from tests.house.support_live import (
    Change,
    World,
    answering,
    attempts,
    body,
    cost,
    door,
    far,
    figures,
    header,
    is_kept,
    knocked,
    lines,
    masked,
    mine,
    news,
    of_mine,
    proxied,
    sent,
    stored,
    told,
    too_many,
    waited,
    who_chats,
    who_completes,
)
from tests.wire.serving import serving

ALONE = {"metrics.prometheus_file"}
"""Settings whose effect is seen in a test of their own."""

KMS = "projects/p/locations/l/keyRings/r/cryptoKeys/k"
RATE = "rate_limit = {{ {} }}".format
PATIENT = "retry = { attempts = 1 }"
LIMIT = "your quota of"
ANSWERED = "far"
EMBEDDED = 'provider = "embedded"\n'

CHANGES: dict[str, Change] = {
    "provider": Change('provider = "one"', 'provider = "two"', who_chats, ("one", "two")),
    "profile": Change(
        'provider = "one"\n[profiles.work]\nprovider = "two"',
        'provider = "one"\nprofile = "work"\n[profiles.work]\nprovider = "two"',
        who_chats,
        ("one", "two"),
    ),
    "fallback": Change(
        'provider = "mine"\nfallback = ["one"]\n' + of_mine(endpoint="DEAD"),
        'provider = "mine"\nfallback = ["two"]\n' + of_mine(endpoint="DEAD"),
        who_chats,
        ("one", "two"),
    ),
    "local_to_cloud": Change(
        'provider = "mine"\nfallback = ["far"]\n' + of_mine(PATIENT, endpoint="DEAD"),
        'provider = "mine"\nfallback = ["far"]\nlocal_to_cloud = true\n' + of_mine(PATIENT, endpoint="DEAD"),
        who_chats,
        ("nobody answers", "far"),
    ),
    "plugins": Change("", 'plugins = ["acme"]', news, ("", "no installed package offers the provider plug-in 'acme'")),
    "completion.enabled": Change(
        EMBEDDED, EMBEDDED + "[completion]\nenabled = false", who_completes, ("embedded", "switched off")
    ),
    "completion.provider": Change(
        '[completion]\nprovider = "one"', '[completion]\nprovider = "two"', who_completes, ("one", "two")
    ),
    "completion.model": Change(
        '[completion]\nprovider = "one"\nmodel = "small"',
        '[completion]\nprovider = "one"\nmodel = "large"',
        body("model", who_completes),
        ("small", "large"),
    ),
    "completion.max_tokens": Change(
        '[completion]\nprovider = "one"\nmax_tokens = 10',
        '[completion]\nprovider = "one"\nmax_tokens = 20',
        body("max_tokens", who_completes),
        (10 + HOLE_MARKS, 20 + HOLE_MARKS),
    ),
    "completion.temperature": Change(
        '[completion]\nprovider = "one"\ntemperature = 0.25',
        '[completion]\nprovider = "one"\ntemperature = 0.75',
        body("temperature", who_completes),
        (0.25, 0.75),
    ),
    "completion.multiline": Change(
        '[completion]\nprovider = "one"', '[completion]\nprovider = "one"\nmultiline = false', lines, (2, 1)
    ),
    "completion.min_confidence": Change(
        EMBEDDED + "[completion]\nmin_confidence = 0",
        EMBEDDED + "[completion]\nmin_confidence = 1",
        who_completes,
        ("embedded", "shown from 100%"),
    ),
    "completion.min_characters": Change(
        EMBEDDED + "[completion]\nmin_characters = 1",
        EMBEDDED + "[completion]\nmin_characters = 200",
        who_completes,
        ("embedded", "fewer than 200 characters"),
    ),
    "completion.embedded_first": Change(
        '[completion]\nprovider = "one"',
        '[completion]\nprovider = "one"\nembedded_first = 0',
        who_completes,
        ("one", "embedded"),
    ),
    "completion.disabled_languages": Change(
        EMBEDDED, EMBEDDED + '[completion]\ndisabled_languages = ["python"]', who_completes, ("embedded", "for python")
    ),
    "chat.provider": Change('[chat]\nprovider = "one"', '[chat]\nprovider = "two"', who_chats, ("one", "two")),
    "chat.model": Change(
        '[chat]\nprovider = "one"\nmodel = "small"',
        '[chat]\nprovider = "one"\nmodel = "large"',
        body("model", who_chats),
        ("small", "large"),
    ),
    "chat.system_prompt": Change(
        '[chat]\nprovider = "one"', '[chat]\nprovider = "one"\nsystem_prompt = "Rhyme."', told, (False, True)
    ),
    "chat.max_tokens": Change(
        '[chat]\nprovider = "one"\nmax_tokens = 10',
        '[chat]\nprovider = "one"\nmax_tokens = 20',
        body("max_tokens", who_chats),
        (10, 20),
    ),
    "chat.temperature": Change(
        '[chat]\nprovider = "one"\ntemperature = 0.25',
        '[chat]\nprovider = "one"\ntemperature = 0.75',
        body("temperature", who_chats),
        (0.25, 0.75),
    ),
    **{
        f"quota.{amount}_per_{period}": Change("", f"[quota]\n{amount}_per_{period} = 0", far, (ANSWERED, LIMIT))
        for amount in ("requests", "tokens", "money")
        for period in ("day", "month")
    },
    "cache.enabled": Change("", "[cache]\nenabled = false", is_kept, (True, False)),
    "cache.max_bytes": Change("", "[cache]\nmax_bytes = 0", is_kept, (True, False)),
    "cache.ttl": Change("", "[cache]\nttl = 1e-9", is_kept, (True, False)),
    "cache.url": Change(
        '[cache]\nurl = "redis://DOOR-A"', '[cache]\nurl = "redis://DOOR-B"', knocked, ({"DOOR-A"}, {"DOOR-B"})
    ),
    "cache.key_env": Change(
        '[cache]\nurl = "redis://DOOR-A"\nkey_env = "ABSENT_A"',
        '[cache]\nurl = "redis://DOOR-A"\nkey_env = "ABSENT_B"',
        news,
        ("ABSENT_A is not set", "ABSENT_B is not set"),
    ),
    "privacy.level": Change("", '[privacy]\nlevel = "machine"', far, (ANSWERED, "keeps everything on this machine")),
    "privacy.hosts": Change(
        '[privacy]\nlevel = "hosts-i-control"',
        '[privacy]\nlevel = "hosts-i-control"\nhosts = ["far.test"]',
        far,
        ("not among the `hosts`", ANSWERED),
    ),
    "privacy.redact": Change("", "[privacy]\nredact = false", masked, (True, False)),
    "privacy.exclude": Change(
        EMBEDDED, EMBEDDED + '[privacy]\nexclude = ["*.py"]', who_completes, ("embedded", "exclude")
    ),
    "network.proxy": Change(
        '[network]\nproxy = "PROXY-ONE"\n' + of_mine(PATIENT, endpoint="https://service.test/v1"),
        '[network]\nproxy = "PROXY-TWO"\n' + of_mine(PATIENT, endpoint="https://service.test/v1"),
        proxied,
        ([False], [False, True]),
    ),
    "network.ca_file": Change(
        '[network]\nca_file = "HERE/a.pem"\n' + of_mine(endpoint="https://service.test/v1"),
        '[network]\nca_file = "HERE/b.pem"\n' + of_mine(endpoint="https://service.test/v1"),
        mine,
        ("a.pem", "b.pem"),
    ),
    "metrics.opentelemetry": Change("", "[metrics]\nopentelemetry = true", figures, (0, 1)),
    "keys.store": Change(
        '[keys]\nstore = "keyring"', '[keys]\nstore = "vault"\n[vault]\nkey = "file"', stored, ("OS keyring", "vault")
    ),
    "vault.key": Change(
        '[keys]\nstore = "vault"\n[vault]\nkey = "passphrase"',
        '[keys]\nstore = "vault"\n[vault]\nkey = "kms"',
        stored,
        ("the vault needs its passphrase", "kms_key"),
    ),
    "vault.kms_key": Change(
        '[keys]\nstore = "vault"\n[vault]\nkey = "kms"\nkms_key = "a"',
        '[keys]\nstore = "vault"\n[vault]\nkey = "kms"\nkms_key = "b"',
        stored,
        ("'a'", "'b'"),
    ),
    "vault.kms_endpoint": Change(
        f'[keys]\nstore = "vault"\n[vault]\nkey = "kms"\nkms_key = "{KMS}"\nkms_endpoint = "http://one.test"',
        f'[keys]\nstore = "vault"\n[vault]\nkey = "kms"\nkms_key = "{KMS}"\nkms_endpoint = "http://two.test"',
        stored,
        ("one.test", "two.test"),
    ),
    "providers.*.kind": Change(
        of_mine(), of_mine(kind="ollama"), sent(lambda received: received.path), ("/v1/chat/completions", "/api/chat")
    ),
    "providers.*.model": Change(
        of_mine().replace('"m"', '"small"'), of_mine().replace('"m"', '"large"'), body("model"), ("small", "large")
    ),
    "providers.*.endpoint": Change(
        of_mine(PATIENT, endpoint="DEAD"), of_mine(PATIENT), mine, ("nobody answers", "mine")
    ),
    "providers.*.api_key_env": Change(
        of_mine('api_key_env = "KEY_A"'), of_mine('api_key_env = "KEY_B"'), header("authorization"), ("sk-a", "sk-b")
    ),
    "providers.*.headers": Change(
        of_mine('headers = { x-team = "a" }'), of_mine('headers = { x-team = "b" }'), header("x-team"), ("a", "b")
    ),
    "providers.*.timeout.first_token": Change(
        of_mine(PATIENT, "timeout = { first_token = 0.04, total = 0.08 }"),
        of_mine(PATIENT, "timeout = { first_token = 0.05, total = 0.08 }"),
        waited,
        ("0.04 s", "0.05 s"),
    ),
    "providers.*.timeout.total": Change(
        of_mine(PATIENT, "timeout = { first_token = 0.04, total = 0.08 }"),
        of_mine(PATIENT, "timeout = { first_token = 0.04, total = 0.09 }"),
        waited,
        ("0.08 s", "0.09 s"),
    ),
    "providers.*.retry.attempts": Change(
        of_mine("retry = { attempts = 1 }"), of_mine("retry = { attempts = 3 }"), attempts, (1, 3)
    ),
    "providers.*.rate_limit.requests_per_minute": Change(
        '[completion]\nprovider = "mine"\n' + of_mine(),
        '[completion]\nprovider = "mine"\n' + of_mine(RATE("requests_per_minute = 1")),
        who_completes,
        ("mine", "embedded"),
    ),
    "providers.*.rate_limit.tokens_per_minute": Change(
        '[completion]\nprovider = "mine"\n' + of_mine(),
        '[completion]\nprovider = "mine"\n' + of_mine(RATE("tokens_per_minute = 1")),
        who_completes,
        ("mine", "embedded"),
    ),
    "providers.*.rate_limit.concurrent": Change(
        of_mine(RATE("concurrent = 1, queued = 0")),
        of_mine(RATE("concurrent = 2, queued = 0")),
        too_many,
        ("1 calls run and 0 wait", "2 calls run and 0 wait"),
    ),
    "providers.*.rate_limit.queued": Change(
        of_mine(RATE("concurrent = 1, queued = 0")),
        of_mine(RATE("concurrent = 1, queued = 1")),
        too_many,
        ("1 calls run and 0 wait", "1 calls run and 1 wait"),
    ),
    "providers.*.price.input": Change(
        of_mine("price = { input = 1e6, output = 0 }"),
        of_mine("price = { input = 2e6, output = 0 }"),
        cost,
        (7.0, 14.0),
    ),
    "providers.*.price.output": Change(
        of_mine("price = { input = 0, output = 1e6 }"),
        of_mine("price = { input = 0, output = 2e6 }"),
        cost,
        (2.0, 4.0),
    ),
    "providers.*.price.cached": Change(
        of_mine("price = { input = 1e6, output = 0, cached = 0 }"),
        of_mine("price = { input = 1e6, output = 0, cached = 2e6 }"),
        cost,
        (4.0, 10.0),
    ),
    "providers.*.privacy": Change(
        '[providers.mine]\nkind = "far"',
        '[providers.mine]\nkind = "far"\nprivacy = "machine"',
        mine,
        (ANSWERED, "keeps everything on this machine"),
    ),
    "providers.*, of a kind": Change(
        of_mine("temperature = 0.25"), of_mine("temperature = 0.75"), body("temperature"), (0.25, 0.75)
    ),
}


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    worlds: list[World] = []
    master = tmp_path / "master"
    master.write_text("00" * 32 + "\n")
    master.chmod(0o600)
    variables = {"KEY_A": "sk-a", "KEY_B": "sk-b", "AI_LSP_CACHE_KEY": "0" * 32, "AI_LSP_MASTER_KEY_FILE": str(master)}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    async with (
        serving(answering(lambda: worlds[0])) as one,
        serving(answering(lambda: worlds[0])) as two,
        door(lambda: worlds[0].knocks.append("DOOR-A")) as door_a,
        door(lambda: worlds[0].knocks.append("DOOR-B")) as door_b,
    ):
        worlds.append(World(tmp_path, one, two, {"DOOR-A": door_a, "DOOR-B": door_b}))
        otel = SimpleNamespace(OpenTelemetryFigures=lambda: worlds[0].heard.append)
        monkeypatch.setitem(sys.modules, "ai_lsp.observe.otel", otel)
        yield worlds[0]


@pytest.mark.parametrize("path", CHANGES)
async def test_a_change_takes_effect_with_the_next_request(world: World, path: str) -> None:
    change = CHANGES[path]
    world.write(change.before)
    async with aclosing(world.open()) as house:
        assert_seen(await change.look(world), change.seen[0])
        world.write(change.after)
        house.configure({})
        assert_seen(await change.look(world), change.seen[1])


def assert_seen(found: object, expected: object) -> None:
    if isinstance(expected, str):
        assert expected in str(found)
    else:
        assert found == expected


async def test_figures_go_to_another_file_from_the_next_call_on(world: World) -> None:
    first, second = (f'[metrics]\nprometheus_file = "HERE/{name}"' for name in ("a", "b"))
    world.write(first)
    async with aclosing(world.open()) as house:
        await world.chat("one")
        world.write(second)
        house.configure({})
        await world.chat("two")
    assert [name in (world.folder / "a").read_text() for name in ('provider="one"', 'provider="two"')] == [True, False]
    assert [name in (world.folder / "b").read_text() for name in ('provider="one"', 'provider="two"')] == [False, True]


def test_no_setting_is_left_out() -> None:
    shown = {*CHANGES, *ALONE} - {"providers.*, of a kind"}
    assert set(settings_in(Settings)) == shown


def settings_in(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """Every setting of the schema. What a profile says is said again of no single setting: it changes any of them."""
    for name, field in model.model_fields.items():
        if name == "profiles":
            continue
        table, is_named = table_in(field.annotation)
        if table is None:
            yield above + name
        else:
            yield from settings_in(table, f"{above}{name}.{'*.' if is_named else ''}")


def table_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """The table that a setting is, and whether the person gives names to tables of its kind."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    tables = [one for one in get_args(annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
    return (tables[0], str in get_args(annotation)) if tables else (None, False)
