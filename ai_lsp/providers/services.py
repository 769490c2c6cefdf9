"""What a provider is built from: what the person has set, and the services it may use. Imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ai_lsp.core.clock import Clock, SystemClock
from ai_lsp.core.secret import NoSecrets, SecretLookup
from ai_lsp.providers.base import AIProvider
from ai_lsp.providers.learning import Learned
from ai_lsp.transport.network import Network


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One `[providers.NAME]` section. None leaves the choice to the kind.

    `options` holds every further key as written; the provider itself knows and checks them.
    """

    name: str
    kind: str
    model: str | None = None
    endpoint: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Services:
    """What every provider shares: time, keys, the network, and what services have refused so far."""

    clock: Clock = field(default_factory=SystemClock)
    secrets: SecretLookup = field(default_factory=NoSecrets)
    network: Network = field(default_factory=Network)
    learned: Learned = field(default_factory=Learned)


Builder = Callable[[ProviderSettings, Services], AIProvider]
"""Makes a provider. Raises ConfigurationError when a setting is wrong. Must not open connections: the first call does."""
