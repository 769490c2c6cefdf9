"""Encrypted connections: whom they trust, and that nothing can change it but the person's own `ca_file`."""

from __future__ import annotations

import asyncio
import datetime as dt
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ai_lsp.core.errors import AIError, BadRequestError, ConfigurationError, ConnectionFailedError
from ai_lsp.core.secret import NoSecrets
from ai_lsp.transport.backend import GuardedBackend
from ai_lsp.transport.client import Client
from ai_lsp.transport.endpoint import parse_endpoint
from ai_lsp.transport.network import Network
from ai_lsp.transport.wire import Auth
from tests.support.clock import FakeClock
from tests.transport.loopback import Loopback, resolve_to, until, whole


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for `localhost` that only its own maker has signed, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.DNSName("api.example.com")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "certificate.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
async def port(certificate: Path) -> AsyncIterator[int]:
    """A server that speaks TLS with that certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    writers: list[asyncio.StreamWriter] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.transport.abort()
    await server.wait_closed()


def client_for(port: int, network: Network, host: str = "localhost") -> Client:
    return network.client(
        parse_endpoint(f"https://{host}:{port}"),
        provider="work",
        kind="openai",
        auth=Auth(required=False),
        secrets=NoSecrets(),
        map_error=lambda reply: BadRequestError(reply.message),
    )


async def test_s7_a_certificate_that_nobody_vouches_for_is_refused(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    client = client_for(port, Network())
    with pytest.raises(ConnectionFailedError, match="set `ca_file` if your network has its own authority"):
        await client.json("GET", "/")
    await client.aclose()


async def test_s7_a_persons_own_authority_is_trusted(port: int, certificate: Path) -> None:
    client = client_for(port, Network(ca_file=str(certificate)))
    assert await client.json("GET", "/") == {}
    await client.aclose()


async def test_engine_07_a_service_that_would_rather_speak_http_2_is_spoken_to_in_http_1(certificate: Path) -> None:
    """Over HTTP/2 a call that is cancelled would be worked on to its end: no stream is ever reset there."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2", "http/1.1"])
    spoken: list[str | None] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        spoken.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    client = client_for(server.sockets[0].getsockname()[1], Network(ca_file=str(certificate)))
    assert await client.json("GET", "/") == {}
    await client.aclose()
    server.close()
    await server.wait_closed()
    assert spoken
    assert set(spoken) <= {None, "http/1.1"}


async def test_certificates_that_cannot_be_read_are_named(port: int, tmp_path: Path) -> None:
    network = Network(ca_file=str(tmp_path / "absent.pem"))
    for _ in range(2):
        client = client_for(port, network)
        with pytest.raises(ConfigurationError, match=r"absent\.pem.* cannot be read"):
            await client.json("GET", "/")
        await client.aclose()


async def test_certificates_are_read_once_for_all_clients(port: int, certificate: Path) -> None:
    network = Network(ca_file=str(certificate))
    first, second = await asyncio.gather(network._certificates(), network._certificates())
    assert first is second
    assert first.verify_mode is ssl.CERT_REQUIRED
    assert first.check_hostname


async def refused(proxy: str, endpoint: str) -> AIError:
    client = Network(proxy=proxy).client(
        parse_endpoint(endpoint),
        provider="work",
        kind="openai",
        auth=Auth(required=False),
        secrets=NoSecrets(),
        map_error=lambda reply: BadRequestError(reply.message),
    )
    with pytest.raises(AIError) as caught:
        await client.json("GET", "/")
    await client.aclose()
    return caught.value


async def test_encrypted_calls_go_through_the_persons_own_proxy() -> None:
    async with Loopback([whole({}, "403 Forbidden")]) as proxy:
        caught = await refused(f"http://user:hunter2@127.0.0.1:{proxy.port}", "https://api.example.com")
        [asked] = proxy.asked
    assert (asked.method, asked.path) == ("CONNECT", "api.example.com:443")
    assert asked.headers["proxy-authorization"].startswith("Basic ")
    assert type(caught) is ConnectionFailedError
    assert "the proxy did not let the call" in str(caught)


async def test_what_is_on_this_machine_does_not_go_through_the_proxy() -> None:
    async with Loopback([whole({})]) as proxy:
        await refused(f"http://127.0.0.1:{proxy.port}", "http://127.0.0.1:9")
        assert proxy.asked == []


@pytest.mark.parametrize("proxy", ["socks5://user:hunter2@host:1", "nonsense", "http://", "http://host:port"])
async def test_a_proxy_that_cannot_be_used_is_told_without_its_password(proxy: str) -> None:
    caught = await refused(proxy, "https://api.example.com")
    assert type(caught) is ConfigurationError
    assert "write it as http://host:port" in str(caught)
    assert "hunter2" not in str(caught)


async def test_a_spare_connection_is_encrypted_before_it_is_needed(port: int, certificate: Path) -> None:
    trust = await Network(ca_file=str(certificate))._certificates()
    backend = GuardedBackend(parse_endpoint(f"https://localhost:{port}"), FakeClock(), trust, keeps_spare=True)
    backend.warm()
    await until(lambda: backend._spare is not None)
    spare = backend._spare
    for _ in range(1000):  # what a server sends after the handshake must not be taken for its end
        await asyncio.sleep(0)
    stream = await backend.connect_tcp("localhost", port)
    encrypted = await stream.start_tls(trust, "localhost")
    assert encrypted is spare
    await encrypted.write(b"GET / HTTP/1.1\r\n\r\n")
    assert (await encrypted.read(100)).startswith(b"HTTP/1.1 200 OK")
    await encrypted.aclose()
    await backend.aclose()


async def test_after_a_cancelled_call_the_next_one_finds_a_connection_ready(
    port: int, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = resolve_to(monkeypatch, "127.0.0.1")
    client = client_for(port, Network(FakeClock(), ca_file=str(certificate)), "api.example.com")
    given_up = await client.open("GET", "/")
    await given_up.aclose()
    pool = client._pool
    assert pool is not None
    await until(lambda: pool._backend._spare is not None)
    assert len(made) == 2
    assert await client.json("GET", "/") == {}
    assert len(made) == 2, "no third connection was made"
    await client.aclose()
