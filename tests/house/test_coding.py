"""Commands on code through the whole house: settings, exclusion, privacy, a provider on this machine."""

from __future__ import annotations

import json
from contextlib import aclosing
from pathlib import Path

from ai_lsp.chat.commands import DOCUMENT, EXPLAIN
from ai_lsp.chat.task import Task
from ai_lsp.chat.work import Outcome
from ai_lsp.context.paths import uri_of
from ai_lsp.core.text import Position, Range
from ai_lsp.house.house import House
from tests.house.support_house import living, service, table
from tests.wire.serving import serving

KEY = "ghp_" + "a1B2" * 9
CODE = f'import os\n\n\ndef area(w, h):\n    token = "{KEY}"\n    return w * h\n'
DOCUMENTED = '```python\ndef area(w, h):\n    """How large it is."""\n    token = "<redacted:github-token>"\n    return w * h\n```'


def opened(house: House, folder: Path, name: str = "a.py", language: str = "python") -> str:
    house.learn([folder])
    uri = uri_of(str(folder / name))
    assert uri is not None
    house.documents.open(uri, language, 1, CODE)
    return uri


def task(house: House, uri: str) -> Task:
    document = house.documents.snapshot(uri)
    assert document is not None
    return Task(DOCUMENT, document, Range(Position(3, 0), Position(5, len(document.line(5)))))


async def done(house: House, one: Task) -> Outcome:
    async with aclosing(house.coding.work(one)) as pieces:
        found = [piece async for piece in pieces]
    assert isinstance(found[-1], Outcome)
    return found[-1]


async def test_a_change_comes_back_with_the_secret_that_nobody_has_sent(tmp_path: Path) -> None:
    async with (
        serving(service(DOCUMENTED)) as server,
        living(tmp_path, table("mine", server), '[chat]\nprovider = "mine"') as house,
    ):
        outcome = await done(house, task(house, opened(house, tmp_path)))
        sent = server.received[-1].body
    assert KEY.encode() not in sent
    question = json.loads(sent)["messages"][-1]["content"]
    assert "<SELECTION>\ndef area(w, h):\n" in question
    assert outcome.change is not None
    assert outcome.change.text == CODE[CODE.index("def") :].rstrip("\n").replace(
        "h):\n", 'h):\n    """How large it is."""\n'
    )
    assert (outcome.provider, outcome.model, outcome.finish_reason) == ("mine", "m", "stop")


async def test_it_is_said_why_there_is_nothing_to_offer(tmp_path: Path) -> None:
    (tmp_path / ".aiignore").write_text("secret/\n")
    settings = '[completion]\ndisabled_languages = ["ruby"]'
    async with (
        serving(service("ok")) as server,
        living(tmp_path, table("mine", server), settings, '[chat]\nprovider = "mine"') as house,
    ):
        assert await house.coding.refusal(opened(house, tmp_path)) is None
        excluded = await house.coding.refusal(opened(house, tmp_path, "secret/a.py"))
        assert excluded is not None
        assert ".aiignore" in excluded
        switched_off = await house.coding.refusal(opened(house, tmp_path, "a.rb", "ruby"))
        assert switched_off == "AI is switched off for ruby (`disabled_languages` of [completion])"
        assert await house.coding.refusal("file:///not/open.py") is not None


async def test_where_only_the_embedded_engine_is_nothing_is_offered(tmp_path: Path) -> None:
    async with living(tmp_path, 'provider = "embedded"') as house:
        refusal = await house.coding.refusal(opened(house, tmp_path))
    assert refusal is not None
    assert refusal.startswith("embedded completes code, it cannot chat; set a key")


async def test_code_from_elsewhere_goes_along(tmp_path: Path) -> None:
    async with (
        serving(service("It says hello.")) as server,
        living(tmp_path, table("mine", server), '[chat]\nprovider = "mine"') as house,
    ):
        other = uri_of(str(tmp_path / "greeting.py"))
        assert other is not None
        house.documents.open(other, "python", 1, "def greeting(name):\n    return 'hello ' + name\n")
        uri = uri_of(str(tmp_path / "b.py"))
        assert uri is not None
        house.documents.open(uri, "python", 1, "from greeting import greeting\n\nprint(greeting('x'))\n")
        document = house.documents.snapshot(uri)
        assert document is not None
        await house.excluded(other)
        one = Task(EXPLAIN, document, Range(Position(2, 0), Position(2, 20)))
        await done(house, one)
        await done(house, one)
        question = json.loads(server.received[-1].body)["messages"][-1]["content"]
    assert "<BEFORE>\nfrom greeting import greeting\n" in question
    assert "def greeting(name)" in question
