"""Which addresses a provider may be reached at: the text of an endpoint, read strictly, and the address behind its name.

In: an endpoint as a person wrote it. Out: an `Endpoint`, or a ConfigurationError with one line that says what is wrong.
What must never happen: two readers of a URL disagree about its host, so everything that is not plain is refused rather
than repaired; a key travels unencrypted; a name that looks public leads to the inside of a machine or a cloud's metadata.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from ai_lsp.core.errors import ConfigurationError

Address = IPv4Address | IPv6Address

_URL = re.compile(
    r"(?P<scheme>[A-Za-z]+)://(?P<host>\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(?P<port>[0-9]{1,5}))?(?P<path>/.*)?"
)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@-]*)*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_METADATA_HOSTS = frozenset({"metadata", "metadata.google.internal", "metadata.goog", "instance-data"})
_METADATA_ADDRESSES = frozenset(map(ip_address, ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")))
# IPv6 forms that carry an IPv4 address inside: mapped, compatible, NAT64 (well-known and local), 6to4, Teredo
_DISGUISED = tuple(
    map(IPv6Network, ("::ffff:0:0/96", "::/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32"))
)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a service is. `host` is in lower case, without brackets; `path` has no slash at its end."""

    scheme: str
    host: str
    port: int
    path: str
    allow_http: bool = False

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not the usual one, port: what keys are bound to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if _DEFAULT_PORTS[self.scheme] == self.port else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def is_loopback(self) -> bool:
        address = _literal(self.host)
        return address.is_loopback if address else self.host == "localhost" or self.host.endswith(".localhost")

    @property
    def may_carry_key(self) -> bool:
        """Whether a key is safe on the way there: encrypted, or never leaving this machine."""
        return self.scheme == "https" or self.is_loopback


def parse_endpoint(text: str, *, allow_http: bool = False) -> Endpoint:
    """Read an endpoint. `allow_http` permits plain http to a machine of one's own network, without a key."""
    match = _URL.fullmatch(text) if text.isascii() else None
    if match is None:
        raise _refused(text, "write it as https://host, https://host:port or https://host/path, in plain ASCII")
    scheme, host = match["scheme"].lower(), match["host"].lower()
    if scheme not in _DEFAULT_PORTS:
        raise _refused(text, "only https, and http to this machine, can be used")
    port = int(match["port"] or _DEFAULT_PORTS[scheme])
    if not 0 < port < 65536:
        raise _refused(text, "a port lies between 1 and 65535")
    path = match["path"] or ""
    if not _PATH.fullmatch(path) or any(part in {".", ".."} for part in path.split("/")):
        raise _refused(text, "its path may hold neither queries, fragments, escapes nor dots for folders")
    endpoint = Endpoint(scheme, _host(text, host), port, path.rstrip("/"), allow_http)
    if scheme == "http" and not (endpoint.is_loopback or allow_http):
        raise _refused(text, "http is for this machine only; use https")
    return endpoint


def check_address(endpoint: Endpoint, address: Address) -> str | None:
    """Why a connection to `address`, which the endpoint's host resolved to, is refused. None: it may be made.

    Behind https the certificate vouches for the name, so private addresses are fine; behind http nothing does.
    """
    if reason := _never(address):
        return reason
    if endpoint.is_loopback and not address.is_loopback:
        return "a name for this machine leads to another one"
    if endpoint.scheme == "http" and not (address.is_loopback or (endpoint.allow_http and address.is_private)):
        return "http is for this machine or one's own network only"
    return None


def _host(text: str, host: str) -> str:
    if host in _METADATA_HOSTS:
        raise _refused(text, "a cloud's metadata service is no provider")
    if address := _literal(host.strip("[]")):
        if reason := _never(address):
            raise _refused(text, reason)
        return str(address)
    labels = host.split(".")
    if not all(_LABEL.fullmatch(label) for label in labels) or re.fullmatch(r"0x[0-9a-f]*|[0-9]+", labels[-1]):
        raise _refused(text, "its host is neither a name nor an address in the usual form")
    return host


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _never(address: Address) -> str | None:
    if isinstance(address, IPv6Address) and not address.is_loopback and any(address in net for net in _DISGUISED):
        return "an IPv6 address with an IPv4 address inside is not accepted; write the IPv4 address"
    if address.is_link_local or address in _METADATA_ADDRESSES:
        return "link-local and metadata addresses are no providers"
    if address.is_unspecified or address.is_multicast or (isinstance(address, IPv4Address) and address.is_reserved):
        return "this address names no single machine"
    return None


def _refused(text: str, reason: str) -> ConfigurationError:
    # user information may be a password, and control characters do not belong on a terminal
    shown = re.sub(r"//[^/@]*@", "//…@", "".join(char if char.isprintable() else "?" for char in text))[:120]
    return ConfigurationError(f"the endpoint {shown!r} cannot be used: {reason}")
