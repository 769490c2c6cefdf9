"""The settings in force, and what is wrong with those that are not.

In: the user file, the environment, the command line, what the editor sends. Out: one `Settings`, and problems for the
person. What must never happen: a file that was broken while we run takes the settings of before with it; an address that
only an editor has named is used without the person's word.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ai_lsp.core.errors import ConfigurationError, UnknownProviderError
from ai_lsp.settings.editor import EditorSays, read_editor
from ai_lsp.settings.environment import environment_layer
from ai_lsp.settings.file import Stamp, UserFile, decides_where_code_goes, read_file, stamp_of
from ai_lsp.settings.layers import InForce, Layer, Problem, merged, shown, unknown_providers
from ai_lsp.settings.locations import user_file
from ai_lsp.settings.paths import KeyPath, unknown
from ai_lsp.settings.schema import Settings
from ai_lsp.settings.trust import Trust
from ai_lsp.transport.endpoint import parse_endpoint

_LOCKED = Layer("until the user file is right", {"provider": "embedded", "fallback": []})
_KEPT = "the settings of before stay in force"


@dataclass(frozen=True, slots=True)
class Wishes:
    """Providers that the editor describes: those that are used, and the origins that the person has not judged yet."""

    layer: Layer
    problems: list[Problem]
    untold: tuple[str, ...]


class Configuration:
    """Reads the disk when it is made, and in `look`, where it does so in a thread. `kinds` are the providers that need no section."""

    def __init__(
        self,
        file: Path | None,
        command_line: Mapping[str, object],
        trust: Trust,
        kinds: Collection[str],
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.path = user_file(file)
        self.trust = trust
        self._kinds = frozenset({*kinds, "auto"})
        self._environment = environment_layer(environment)
        self._command_line = Layer("command line", command_line)
        self._session = Layer("this session", {})
        self._editor = EditorSays()
        self._asked: set[str] = set()
        self._rejected: list[Problem] = []
        self._wishes: Wishes
        self._file: UserFile
        self._stamps: tuple[Stamp, Stamp]
        self.in_force: InForce
        self.read()

    @property
    def settings(self) -> Settings:
        return self.in_force.settings

    @property
    def problems(self) -> list[Problem]:
        return self.in_force.problems

    @property
    def locked(self) -> str | None:
        """Why only the embedded engine answers, whatever is chosen; None: the user file is right where it matters."""
        if _LOCKED.name not in self.in_force.sources.values():
            return None
        return f"only the embedded engine answers until the user file is right: {self.problems[0]}"

    def read(self) -> None:
        """At the start, when there is nothing before it that could stay in force."""
        self._stamps = self._stamps_now()
        self._file = read_file(self.path)
        self.trust.read()
        self._combine()

    def tell(self, editor: Mapping[str, object]) -> None:
        """What the editor says now, in its section `aiLsp`."""
        before, self._editor = self._editor, read_editor(editor)
        try:
            self._combine()
        except BaseException:
            self._editor = before
            raise

    def switch(self, provider: str, *, chats: bool = True) -> None:
        """Use another provider until the end of the session. Raises UnknownProviderError."""
        known = self._known(self.settings)
        if provider not in known:
            text = unknown(provider, known).replace("such setting", f"provider {shown(provider)!r}")
            raise UnknownProviderError(f"{text}; `ai-lsp providers` shows all")
        chosen = {"provider": provider} if chats else {"completion": {"provider": provider}}
        self._session = Layer("this session", chosen)
        self._combine()

    async def look(self) -> bool:
        """Whether the user file, or the person's trust, has changed since; what is right in it is in force then."""
        stamps = await asyncio.to_thread(self._stamps_now)
        if stamps == self._stamps:
            return False
        self._stamps = stamps
        file = await asyncio.to_thread(read_file, self.path)
        await asyncio.to_thread(self.trust.read)
        self._take(file)
        return True

    def questions(self) -> list[str]:
        """Origins that the person has not judged and has not been asked about in this session: now they are."""
        asked = [origin for origin in self._wishes.untold if origin not in self._asked]
        self._asked.update(asked)
        return asked

    def trust_changed(self) -> None:
        """The person has judged an origin."""
        self._combine()

    def _stamps_now(self) -> tuple[Stamp, Stamp]:
        return stamp_of(self.path), stamp_of(self.trust.path)

    def _take(self, file: UserFile) -> None:
        """Put a file into force that has nothing wrong in it, or say why the one of before stays."""
        found = [problem for _, problem in self._wrong_in(file)]
        if file.stamp is None and self._file.stamp is not None:
            found = [Problem(str(self.path), "", "is gone")]
        if found and not self._wrong_in(self._file):
            first = replace(found[0], message=f"{found[0].message}; {_KEPT}")
            self._rejected = [first, *found[1:]]
        else:
            self._file, self._rejected = file, []
        self._combine()

    def _combine(self) -> None:
        trusted = [*self._file.layers(self._profile(self._file)), self._environment]
        own = merged(trusted).settings
        wishes = self._judged(own)
        editor = self._harmless(own, wishes)
        wrong = self._wrong_in(self._file)
        locked = [_LOCKED] if any(decides_where_code_goes(path) for path, _ in wrong) else []
        found = merged([*trusted, wishes.layer, editor.layer, self._session, *locked, self._command_line])
        problems = [*self._rejected, *(problem for _, problem in wrong), *found.problems]
        if locked:
            problems.append(Problem(str(self.path), "", "only the embedded engine answers until it is right"))
        if self.trust.problem:
            problems.append(Problem("trust", "", self.trust.problem))
        of_environment = [problem for _, problem in unknown_providers(self._environment, self._known(own))]
        problems += [*of_environment, *editor.problems, *wishes.problems]
        self._wishes = wishes
        self.in_force = InForce(found.settings, found.sources, list(dict.fromkeys(problems)))

    def _profile(self, file: UserFile) -> str | None:
        of_environment = self._environment.values.get("profile")
        return of_environment if isinstance(of_environment, str) else file.profile

    def _wrong_in(self, file: UserFile) -> list[tuple[KeyPath, Problem]]:
        profile = self._profile(file)
        layers = file.layers(profile)
        known = self._known(merged(layers).settings)
        unknown_ones = [found for layer in layers for found in unknown_providers(layer, known)]
        return file.problems(profile) + unknown_ones

    def _known(self, settings: Settings) -> set[str]:
        return {*self._kinds, *settings.providers, *settings.plugins}

    def _harmless(self, own: Settings, wishes: Wishes) -> EditorSays:
        """What the editor says, without providers that do not exist: the person's own choice stays."""
        says = self._editor
        known = {*self._known(own), *dict(wishes.layer.values.get("providers", {}))}
        strangers = unknown_providers(says.layer, known)
        values = {key: dict(value) if isinstance(value, Mapping) else value for key, value in says.layer.values.items()}
        for path, _ in strangers:
            table = values if len(path) == 1 else values[path[0]]
            del table[path[-1]]
        problems = [*says.problems, *(problem for _, problem in strangers)]
        return EditorSays(Layer(says.layer.name, values), {}, problems)

    def _judged(self, own: Settings) -> Wishes:
        named = {origin for table in own.providers.values() if (origin := _origin_of(table.endpoint))}
        used: dict[str, Mapping[str, str]] = {}
        problems, untold = [], []
        for name, wish in self._editor.providers.items():
            problem, origin = self._refusal(name, wish, own, named)
            if problem is None:
                used[name] = wish
            else:
                problems.append(Problem("editor", shown(f"providers.{name}"), problem))
            if origin is not None:
                untold.append(origin)
        return Wishes(Layer("editor", {"providers": used} if used else {}), problems, tuple(dict.fromkeys(untold)))

    def _refusal(
        self, name: str, wish: Mapping[str, str], own: Settings, named: Collection[str]
    ) -> tuple[str | None, str | None]:
        """Why a provider that the editor describes is not used, and the origin that the person might be asked about."""
        if name in self._known(own):
            return "may only be set in the user file; an editor may choose it by name", None
        if wish.get("kind") not in self._kinds - {"auto"}:
            return f"its kind is none of {', '.join(sorted(self._kinds - {'auto'}))}", None
        try:
            origin = parse_endpoint(wish["endpoint"]).origin if "endpoint" in wish else None
        except ConfigurationError as error:
            return str(error), None
        answer = origin is None or origin in named or self.trust.allows(origin)
        if answer is None:
            return f"is not used: you have not allowed {origin}; `ai-lsp config trust allow {origin}` does", origin
        refused = f"is not used: you have refused {origin}; `ai-lsp config trust revoke {origin}` takes it back"
        return (None if answer else refused), None


def _origin_of(endpoint: str | None) -> str | None:
    try:
        return None if endpoint is None else parse_endpoint(endpoint, allow_http=True).origin
    except ConfigurationError:
        return None


def said(provider: str | None, model: str | None) -> dict[str, object]:
    """The settings that the command line names."""
    completion = {key: value for key, value in (("provider", provider), ("model", model)) if value is not None}
    return {"completion": completion} if completion else {}
