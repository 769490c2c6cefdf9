"""Access tokens for Google's services, from where Google's own programs find their credentials.

In: the file that GOOGLE_APPLICATION_CREDENTIALS names or `gcloud auth application-default login` wrote, or else the
machine's own account in Google's cloud. Out: a token as a `Secret` for one origin. What must never happen: what stands in
such a file decides where anything secret is sent.

A service account needs no network: it signs a token for the service itself (RFC 7523, "self-signed JWT").
"""

from __future__ import annotations

import asyncio
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from ai_lsp.core.clock import Clock
from ai_lsp.core.errors import AuthenticationError, ConfigurationError
from ai_lsp.core.secret import Secret
from ai_lsp.transport.endpoint import parse_endpoint
from ai_lsp.transport.network import Network

if TYPE_CHECKING:
    import httpx2

VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
TOKEN_ADDRESS = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address
METADATA_ADDRESS = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
_EARLY = 60.0
"""Seconds before its end that a token is no longer used."""
_LIFE = 3600.0
_CONNECT = 2.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where tokens are asked for. Google's own; tests have theirs."""

    token: str = TOKEN_ADDRESS
    metadata: str = METADATA_ADDRESS


class GoogleTokens:
    """A `SecretLookup` for one origin. Belongs to one event loop. Raises AIError with one line for the person."""

    def __init__(
        self,
        origin: str,
        network: Network,
        clock: Clock,
        environment: Mapping[str, str] = os.environ,
        addresses: Addresses | None = None,
    ) -> None:
        self._origin = origin
        self._network = network
        self._clock = clock
        self._environment = environment
        self._addresses = addresses or Addresses()
        self._turn = asyncio.Lock()
        self._token: tuple[Secret, float] | None = None

    async def find(self, provider: str, kind: str, origin: str) -> Secret | None:
        if origin != self._origin:
            return None
        async with self._turn:
            if self._token is None or self._clock.monotonic() >= self._token[1]:
                value, life = await self._new()
                self._token = Secret(value, origin), self._clock.monotonic() + life - _EARLY
            return self._token[0]

    async def _new(self) -> tuple[str, float]:
        """A token and the seconds that it lives."""
        path = self._file()
        told = await asyncio.to_thread(_read, path)
        if told is None:
            return await self._of_machine()
        if told.get("type") == "service_account":
            # made out for the service itself, so that it is worth nothing elsewhere
            return await asyncio.to_thread(_signed, told, f"{self._origin}/", self._clock.time()), _LIFE
        if told.get("type") == "authorized_user":
            return await self._of_person(told)
        raise ConfigurationError(
            f"{path} holds credentials of type {told.get('type')!r:.40}; those of a service account, or of"
            " `gcloud auth application-default login`, can be used"
        )

    def _file(self) -> Path:
        if named := self._environment.get(VARIABLE):
            return Path(named)
        home = self._environment.get("CLOUDSDK_CONFIG")
        if home is None:
            base = self._environment.get("APPDATA") if os.name == "nt" else None
            home = (
                str(Path(base) / "gcloud") if base else str(Path(self._environment.get("HOME", "~")) / ".config/gcloud")
            )
        return Path(home) / "application_default_credentials.json"

    async def _of_person(self, told: Mapping[str, Any]) -> tuple[str, float]:
        names = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{name: str(told.get(name, "")) for name in names}}
        from ai_lsp.transport.pool import open_http  # noqa: PLC0415  # loads httpx2, which start-up does without

        address, headers = self._addresses.token, {"content-type": "application/x-www-form-urlencoded"}
        http = open_http(await self._network.pool(parse_endpoint(address)))
        return await _token(http, "POST", address, headers, urlencode(form))

    async def _of_machine(self) -> tuple[str, float]:
        try:
            return await _token(_metadata_client(), "GET", self._addresses.metadata, {"metadata-flavor": "Google"})
        except AuthenticationError:
            raise AuthenticationError(
                f"there are no credentials for Google's cloud; name their file in {VARIABLE}, or run"
                " `gcloud auth application-default login`"
            ) from None


def _read(path: Path) -> dict[str, Any] | None:
    """None: there is no such file."""
    try:
        told = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigurationError(f"{path} cannot be read as credentials ({type(error).__name__}); correct it") from None
    return told if isinstance(told, dict) else {}


def _signed(told: Mapping[str, Any], audience: str, now: float) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415  # start-up does without
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15  # noqa: PLC0415  # see above
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415  # see above
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415  # see above
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415  # see above

    account = str(told.get("client_email", ""))
    head = {"alg": "RS256", "typ": "JWT", "kid": str(told.get("private_key_id", ""))}
    claims = {"iss": account, "sub": account, "aud": audience, "iat": int(now), "exp": int(now + _LIFE)}
    text = b".".join(map(_part, (json.dumps(head).encode(), json.dumps(claims).encode())))
    try:
        key = load_pem_private_key(str(told.get("private_key", "")).encode(), None)
        assert isinstance(key, RSAPrivateKey)
        return b".".join((text, _part(key.sign(text, PKCS1v15(), SHA256())))).decode()
    except (ValueError, TypeError, AssertionError, UnsupportedAlgorithm):
        raise ConfigurationError("the private key of the service account cannot be used; download it again") from None


def _part(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _metadata_client() -> httpx2.AsyncClient:
    """For the one fixed address that the guards of `Pool` refuse to everybody else: plain http, and link-local."""
    import ssl  # noqa: PLC0415  # start-up does without

    import httpx2  # noqa: PLC0415  # see above

    unused = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    timeout = httpx2.Timeout(None, connect=_CONNECT)
    return httpx2.AsyncClient(verify=unused, trust_env=False, follow_redirects=False, timeout=timeout)


async def _token(
    http: httpx2.AsyncClient, method: str, address: str, headers: Mapping[str, str], body: str | None = None
) -> tuple[str, float]:
    from ai_lsp.transport.failures import FAILURES  # noqa: PLC0415  # brings httpx2, see above

    try:
        answer = await http.request(method, address, headers=headers, content=body)
        told = answer.json()
        return str(told["access_token"]), float(told.get("expires_in", _LIFE))
    except (*FAILURES, ValueError, KeyError, TypeError, AttributeError):
        # the library's own error holds the request, and that a secret
        pass
    finally:
        await http.aclose()
    raise AuthenticationError("Google gave no access token; run `gcloud auth application-default login` again")
