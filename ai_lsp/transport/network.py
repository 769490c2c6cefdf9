"""What all clients share: the trusted certificates, read once, and the person's proxy.

Nothing is taken from the environment: no `HTTPS_PROXY`, no `SSL_CERT_FILE`. Imports nothing heavy until the first call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ai_lsp.core.clock import Clock, SystemClock
from ai_lsp.core.errors import ConfigurationError
from ai_lsp.core.secret import SecretLookup

if TYPE_CHECKING:
    import ssl

    from ai_lsp.transport.client import Client
    from ai_lsp.transport.endpoint import Endpoint
    from ai_lsp.transport.pool import Pool
    from ai_lsp.transport.wire import Auth, ErrorMap


class Network:
    """Makes clients. `ca_file` names certificates that are trusted beside the system's own. `proxy` is for https only,
    and never for this machine.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        proxy: str | None = None,
        ca_file: str | None = None,
        max_connections: int = 16,
    ) -> None:
        self._clock = clock or SystemClock()
        self._proxy = proxy
        self._ca_file = ca_file
        self._max_connections = max_connections
        self._trust: asyncio.Future[ssl.SSLContext] | None = None

    def use(self, *, proxy: str | None, ca_file: str | None) -> bool:
        """Other ways for clients that are made from now on. Whether they are other ones than before."""
        if (proxy, ca_file) == (self._proxy, self._ca_file):
            return False
        self._proxy, self._ca_file, self._trust = proxy, ca_file, None
        return True

    def client(
        self,
        endpoint: Endpoint,
        *,
        provider: str,
        kind: str,
        auth: Auth,
        secrets: SecretLookup,
        map_error: ErrorMap,
        headers: Mapping[str, str] | None = None,
    ) -> Client:
        """A client for one endpoint. `provider` names it in errors, and with `kind` where its key is looked up."""
        from ai_lsp.transport.client import Client  # noqa: PLC0415  # loads httpx2, which start-up does without

        return Client(
            endpoint,
            lambda: self.pool(endpoint),
            provider=provider,
            kind=kind,
            auth=auth,
            headers=headers or {},
            secrets=secrets,
            clock=self._clock,
            map_error=map_error,
        )

    async def pool(self, endpoint: Endpoint) -> Pool:
        """Connections to one endpoint, for a door that does not speak as services of models do."""
        from ai_lsp.transport.pool import Pool  # noqa: PLC0415  # see client

        encrypted = endpoint.scheme == "https"
        trust = await self._certificates() if encrypted else None
        # what is not encrypted stays on this machine or in its network: a proxy would carry it elsewhere
        proxy = self._proxy if encrypted and not endpoint.is_loopback else None
        return Pool(endpoint, self._clock, trust, proxy=proxy, max_connections=self._max_connections)

    async def _certificates(self) -> ssl.SSLContext:
        """Reading them takes tens of milliseconds: once, in a thread, however many clients wait for it."""
        if self._trust is None:
            self._trust = asyncio.ensure_future(asyncio.to_thread(_load_certificates, self._ca_file))
        try:
            return await asyncio.shield(self._trust)
        except ConfigurationError:
            self._trust = None
            raise


def _load_certificates(ca_file: str | None) -> ssl.SSLContext:
    import httpx2  # noqa: PLC0415  # see Network.client

    context = httpx2.create_ssl_context(trust_env=False)
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
            raise ConfigurationError(
                f"the certificates in {ca_file!r} cannot be read ({error}); correct `ca_file`"
            ) from None
    context.set_alpn_protocols(["http/1.1"])
    return context
