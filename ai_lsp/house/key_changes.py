"""What the person does with keys: store one, delete one, hand one over, lock the vault anew.

In: the name of a provider, and a key. Out: where it was stored. What must never happen: a key is asked about at, or stored
for, another origin than that of its provider; a key that its service refuses replaces one that works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import aclosing

from ai_lsp.core.errors import AIError, AuthenticationError, ConfigurationError, UnknownProviderError
from ai_lsp.core.provider_report import KeyChange
from ai_lsp.core.secret import Secret, SecretLookup
from ai_lsp.credentials.editor import IN_EDITOR
from ai_lsp.credentials.stored import IN_VAULT, StoredKey
from ai_lsp.house.key_stores import KeyStores
from ai_lsp.house.keys import verdict
from ai_lsp.providers.factory import AIProviderFactory

_KEY = re.compile(r"[\x21-\x7e]{1,4096}")


class KeyChanges:
    """Belongs to one event loop. Every method raises AIError; where somebody has to say the vault's passphrase it is a
    PassphraseNeededError, and the same call can be made again with `passphrases` filled.

    `with_secrets` makes the providers anew, with keys from somewhere else.
    """

    def __init__(
        self, stores: KeyStores, factory: AIProviderFactory, with_secrets: Callable[[SecretLookup], AIProviderFactory]
    ) -> None:
        self.passphrases = stores.passphrases
        self._stores = stores
        self._factory = factory
        self._with_secrets = with_secrets

    def origin_of(self, provider: str) -> str:
        """What a key of this provider is for."""
        origin = self._factory.get(provider).origin
        if origin is None:
            raise ConfigurationError(f"{provider} takes no key; it can be used as it is")
        return origin

    async def set(self, provider: str, key: str, *, check: bool) -> KeyChange:
        """Store a key, unless with `check` its service does not accept it."""
        origin = self.origin_of(provider)
        _check(key)
        detail = await self._accepted(provider, Secret(key, origin)) if check else "not checked"
        place = await self._stores.stored.put(provider, origin, key)
        return KeyChange(provider, origin, place, detail, self._variable(provider, origin))

    async def unlock(self, provider: str | None) -> None:
        """Open the vault where the key of this provider lies in it, or with None that of any: afterwards nobody has to say
        its passphrase.
        """
        for name in self._factory.names if provider is None else [provider]:
            kind, origin = self._factory.settings_of(name).kind, self._usual_origin(name)
            if origin is None:
                continue
            found = await self._stores.chain.where(name, kind, origin)
            if found is not None and found.place == IN_VAULT:
                await self._stores.chain.find(name, kind, origin)

    async def hand_over(self, provider: str, key: str, kept_for: str | None) -> KeyChange:
        """Use a key that an editor holds, to the end of the process. `kept_for` is the origin that the editor keeps it
        for, where it knows one: a key never moves to another.
        """
        if provider not in self._factory.names:
            raise self._unknown()
        origin = self.origin_of(provider)
        _check(key)
        if kept_for not in (None, origin):
            raise ConfigurationError(
                f"the key was kept for another address than {origin}, where {provider} is now; enter it anew to use it"
            )
        await self._stores.stored.changed("handed over by the editor", provider, origin)
        self._stores.chain.editor.hold(provider, origin, key)
        return KeyChange(provider, origin, IN_EDITOR, "", self._variable(provider, origin))

    async def take_back(self, provider: str) -> KeyChange:
        """Forget what an editor has handed over for this provider, even if there is no such provider any more."""
        held = self._stores.chain.editor.origins(provider)
        if not held and provider not in self._factory.names:
            raise self._unknown()
        self._stores.chain.editor.forget(provider)
        for origin in held:
            await self._stores.stored.changed("taken back by the editor", provider, origin)
        return KeyChange(provider, ", ".join(held), IN_EDITOR, "")

    async def delete(self, provider: str, origin: str | None) -> KeyChange:
        """Forget a key: that for `origin`, else for where the provider is now, else the only one of this name."""
        found = await self._one_stored(provider, origin)
        places = await self._stores.stored.remove(provider, found.origin)
        return KeyChange(provider, found.origin, " and ".join(places), "")

    async def rotate(self) -> int:
        """Lock every key in the vault with a new data key. How many there are."""
        return await self._stores.stored.rotate()

    async def rotate_master(self) -> str | None:
        """Lock the vault with a new key-encryption key: its kind. None: there is no vault."""
        return await self._stores.stored.rotate_master()

    async def _accepted(self, provider: str, secret: Secret) -> str:
        factory = self._with_secrets(_OneKey(secret))
        async with aclosing(factory):
            await factory.start()
            accepted, detail = await verdict(factory.get(provider))
        detail = secret.redact(detail)
        if accepted is False:
            raise AuthenticationError(f"the key was not stored: {detail}", provider=provider)
        if accepted is None:
            raise ConfigurationError(
                f"the key was not stored, as it could not be checked: {detail}; `--no-check` stores it all the same"
            )
        return detail

    async def _one_stored(self, provider: str, origin: str | None) -> StoredKey:
        found = [one for one in await self._stores.stored.all() if one.provider == provider]
        wanted = origin or self._usual_origin(provider)
        fitting = [one for one in found if one.origin == wanted]
        if fitting:
            return fitting[0]
        if origin is None and len({one.origin for one in found}) == 1:
            return found[0]
        raise ConfigurationError(self._nothing_to_delete(provider, wanted, found))

    def _unknown(self) -> UnknownProviderError:
        """The name is not repeated: an editor that mixes up its fields has sent the key as one."""
        return UnknownProviderError(f"there is no provider of this name; known: {', '.join(self._factory.names)}")

    def _variable(self, provider: str, origin: str) -> str | None:
        """The one that comes before every other key of this provider."""
        kind = self._factory.settings_of(provider).kind
        return self._stores.chain.environment.found_in(provider, kind, origin)

    def _usual_origin(self, provider: str) -> str | None:
        try:
            return self._factory.get(provider).origin
        except AIError:
            return None

    def _nothing_to_delete(self, provider: str, wanted: str | None, found: Sequence[StoredKey]) -> str:
        if found:
            origins = ", ".join(sorted({one.origin for one in found}))
            return f"{provider} has keys for {origins}; say which one with `--origin`"
        try:
            kind = self._factory.settings_of(provider).kind
        except UnknownProviderError as error:
            return f"no key is stored for {provider}; {error}"
        variable = self._stores.chain.environment.found_in(provider, kind, wanted) if wanted else None
        if variable is not None:
            return f"the key of {provider} is in an environment variable, nothing is stored; unset {variable}"
        return f"no key is stored for {provider}; `ai-lsp keys list` shows those that are"


def _check(key: str) -> None:
    if not _KEY.fullmatch(key):
        raise ConfigurationError("that is not a key: it is empty, too long, or holds blanks or signs that no key has")


class _OneKey:
    """The `SecretLookup` of somebody who has a single key."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        return self._secret if origin == self._secret.origin else None
