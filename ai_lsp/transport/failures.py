"""What the HTTP library raises, as errors of our own tree.

In: an exception and the origin. Out: an AIError whose text holds nothing of the request: library texts quote header values.
"""

from __future__ import annotations

import ssl

import httpcore2
import httpx2

from ai_lsp.core.errors import AIError, BrokenStreamError, ConfigurationError, ConnectionFailedError, ProtocolError
from ai_lsp.transport.backend import RefusedAddressError

FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    httpx2.HTTPError,
    httpx2.StreamError,
    httpx2.InvalidURL,
    ssl.SSLError,
)


def before_answer(error: Exception, origin: str, provider: str) -> AIError:
    """A call that got no answer at all: it may be made again."""
    if isinstance(error, RefusedAddressError):
        return ConfigurationError(f"{origin} is not connected to: {error}; correct its endpoint", provider=provider)
    if isinstance(error, httpcore2.LocalProtocolError | httpx2.InvalidURL | httpcore2.UnsupportedProtocol):
        return ConfigurationError(
            f"the request to {origin} cannot be put into words of HTTP; check its headers and endpoint",
            provider=provider,
        )
    return ConnectionFailedError(f"{provider}: {_reason(error, origin)}", provider=provider)


def within_answer(error: Exception, origin: str, provider: str) -> AIError:
    """An answer that broke off."""
    if isinstance(error, httpx2.DecodingError):
        return ProtocolError(f"{provider}: {origin} sent an answer that cannot be decompressed", provider=provider)
    return BrokenStreamError(
        f"{provider}: {origin} broke the connection in the middle of its answer", provider=provider
    )


def _reason(error: Exception, origin: str) -> str:
    if _is_tls(error):
        return f"the certificate of {origin} is not trusted; set `ca_file` if your network has its own authority"
    if isinstance(error, httpcore2.ConnectTimeout):
        return f"{origin} could not be reached in time; check the network and the endpoint"
    if isinstance(error, httpcore2.ProxyError):
        return f"the proxy did not let the call to {origin} through; check the proxy setting"
    if isinstance(error, httpcore2.ConnectError):
        return f"nobody answers at {origin}; start the server or correct the endpoint"
    return f"{origin} closed the connection without an answer; try again"


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
