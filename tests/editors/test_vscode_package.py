"""What the VS Code extension tells the editor of itself: its settings and their scopes, its commands, its texts."""

import importlib.util
import json
import re
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

EXTENSION = Path(__file__).parents[2] / "editors" / "vscode"


def _read(name: str) -> Any:
    return json.loads((EXTENSION / name).read_text(encoding="utf-8"))


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vscode_settings", EXTENSION / "scripts" / "settings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def package() -> Any:
    return _read("package.json")


@pytest.fixture(scope="module")
def settings(package: Any) -> dict[str, Any]:
    groups = package["contributes"]["configuration"]
    return {name: setting for group in groups for name, setting in group["properties"].items()}


def test_its_settings_are_those_of_the_schema(package: Any) -> None:
    """When this fails: `npm run settings` in editors/vscode."""
    script = _script()
    schema = json.loads((EXTENSION.parent / "settings.editor.json").read_text(encoding="utf-8"))
    new_package, new_texts = script.generated(package, _read("package.nls.json"), schema)
    assert new_package == package
    assert new_texts == _read("package.nls.json")


def test_a_workspace_cannot_say_where_something_is_sent_or_what_is_run(settings: dict[str, Any]) -> None:
    delicate = re.compile("endpoint|url|key|token|header|proxy|path|command|env|args|providers", re.IGNORECASE)
    scopes = {name: setting["scope"] for name, setting in settings.items() if delicate.search(name)}
    assert "aiLsp.server.command" in scopes
    assert set(scopes.values()) <= {"machine", "application"}, scopes


def test_a_workspace_that_is_not_trusted_is_restricted(package: Any, settings: dict[str, Any]) -> None:
    trust = package["capabilities"]["untrustedWorkspaces"]
    safe = sorted(name for name, setting in settings.items() if setting["scope"] in {"machine", "application"})
    assert trust["supported"] == "limited"
    assert trust["restrictedConfigurations"] == safe


def test_provider_and_model_can_be_chosen_for_a_workspace(settings: dict[str, Any]) -> None:
    for name in ("aiLsp.provider", "aiLsp.completion.model", "aiLsp.chat.provider", "aiLsp.chat.model"):
        assert settings[name]["scope"] == "resource"
        assert settings[name]["type"] == "string", "the page of settings has a field for texts only"


def test_every_text_is_there_and_used() -> None:
    used = set(re.findall(r'"%([\w.*]+)%"', (EXTENSION / "package.json").read_text(encoding="utf-8")))
    assert used == set(_read("package.nls.json"))


def test_every_command_is_registered(package: Any) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (EXTENSION / "src").rglob("*.ts"))
    names = [command["command"].removeprefix("aiLsp.") for command in package["contributes"]["commands"]]
    assert not [name for name in names if not re.search(rf"'aiLsp\.{name}'|\b{name}: {{ doing", source)]


def test_what_the_walkthrough_shows_is_there(package: Any) -> None:
    commands = {command["command"] for command in package["contributes"]["commands"]}
    texts = _read("package.nls.json")
    for step in package["contributes"]["walkthroughs"][0]["steps"]:
        assert (EXTENSION / step["media"]["markdown"]).is_file()
        assert step["completionEvents"]
        ours = re.findall(r"\(command:(aiLsp\.\w+)\)", texts[step["description"].strip("%")])
        assert set(ours) <= commands


def test_its_picture_is_of_the_size_that_is_asked_for(package: Any) -> None:
    picture = (EXTENSION / package["icon"]).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (128, 128)


def test_the_lock_file_names_no_registry() -> None:
    packages = _read("package-lock.json")["packages"]
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if name and "integrity" not in entry]
