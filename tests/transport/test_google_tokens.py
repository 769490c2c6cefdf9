from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ai_lsp.core.errors import AIError, AuthenticationError, ConfigurationError
from ai_lsp.core.secret import Secret
from ai_lsp.transport.google_tokens import Addresses, GoogleTokens
from ai_lsp.transport.network import Network
from tests.support.clock import FakeClock
from tests.transport.loopback import Loopback, whole

KMS = "https://cloudkms.googleapis.com"


def written(path: Path, told: object) -> dict[str, str]:
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    return {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}


async def token(tokens: GoogleTokens) -> str:
    secret = await tokens.find("kms", "kms", KMS)
    assert isinstance(secret, Secret)
    return secret.reveal_for(KMS)


def part(text: str) -> Any:
    return json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))


async def test_a_service_account_signs_a_token_for_the_service_without_asking_anybody(tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    account = {
        "type": "service_account",
        "client_email": "vault@ada.iam.gserviceaccount.com",
        "private_key_id": "7",
        "private_key": pem,
        "token_uri": "https://evil.example/token",
    }
    clock = FakeClock()
    tokens = GoogleTokens(KMS, Network(), clock, written(tmp_path / "account.json", account))
    head, claims, signature = (await token(tokens)).split(".")
    assert part(head) == {"alg": "RS256", "typ": "JWT", "kid": "7"}
    assert part(claims) == {
        "iss": account["client_email"],
        "sub": account["client_email"],
        "aud": f"{KMS}/",
        "iat": int(clock.time()),
        "exp": int(clock.time()) + 3600,
    }
    signed = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    key.public_key().verify(signed, f"{head}.{claims}".encode(), padding.PKCS1v15(), SHA256())


async def test_a_person_who_is_logged_in_gets_a_token_and_keeps_it_while_it_lives(tmp_path: Path) -> None:
    person = {"type": "authorized_user", "client_id": "id", "client_secret": "secret", "refresh_token": "1//canary"}
    async with Loopback([whole({"access_token": "ya29.a", "expires_in": 3599})]) as google:
        clock = FakeClock()
        addresses = Addresses(f"{google.url}/token", f"{google.url}/metadata")
        tokens = GoogleTokens(KMS, Network(), clock, written(tmp_path / "person.json", person), addresses)
        assert [await token(tokens) for _ in range(3)] == ["ya29.a"] * 3
        await clock.advance(3540)
        await token(tokens)
    assert [(asked.method, asked.path) for asked in google.asked] == [("POST", "/token")] * 2
    assert google.asked[0].body == (
        b"grant_type=refresh_token&client_id=id&client_secret=secret&refresh_token=1%2F%2Fcanary"
    )


async def test_what_gcloud_wrote_is_found(tmp_path: Path) -> None:
    folder = tmp_path / ".config/gcloud"
    folder.mkdir(parents=True)
    written(folder / "application_default_credentials.json", {"type": "authorized_user"})
    async with Loopback([whole({"access_token": "ya29.a"})]) as google:
        addresses = Addresses(f"{google.url}/token", f"{google.url}/metadata")
        assert await token(GoogleTokens(KMS, Network(), FakeClock(), {"HOME": str(tmp_path)}, addresses)) == "ya29.a"
    assert google.asked[0].path == "/token"


async def test_a_machine_in_the_cloud_has_an_account_of_its_own(tmp_path: Path) -> None:
    async with Loopback([whole({"access_token": "ya29.m", "expires_in": 300})]) as google:
        addresses = Addresses(f"{google.url}/token", f"{google.url}/metadata")
        assert await token(GoogleTokens(KMS, Network(), FakeClock(), {"HOME": str(tmp_path)}, addresses)) == "ya29.m"
    [asked] = google.asked
    assert (asked.method, asked.path, asked.headers["metadata-flavor"]) == ("GET", "/metadata", "Google")


async def test_without_any_credentials_the_person_is_told_where_they_are_looked_for(tmp_path: Path) -> None:
    async with Loopback([whole({}, "404 Not Found")]) as google:
        addresses = Addresses(google.url, google.url)
        with pytest.raises(AuthenticationError, match="name their file in GOOGLE_APPLICATION_CREDENTIALS, or run"):
            await token(GoogleTokens(KMS, Network(), FakeClock(), {"HOME": str(tmp_path)}, addresses))


@pytest.mark.parametrize(
    "told",
    [
        "{",
        "[]",
        {"type": "external_account"},
        {"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----canary"},
        {"type": "service_account"},
    ],
)
async def test_credentials_that_cannot_be_used_are_one_line_without_them(tmp_path: Path, told: object) -> None:
    tokens = GoogleTokens(KMS, Network(), FakeClock(), written(tmp_path / "bad.json", told))
    with pytest.raises(ConfigurationError) as raised:
        await token(tokens)
    assert "canary" not in str(raised.value)


async def test_a_token_that_google_does_not_give_is_one_line_without_what_it_said(tmp_path: Path) -> None:
    person = {"type": "authorized_user", "refresh_token": "1//canary"}
    async with Loopback([whole({"error": "1//canary has expired"}, "400 Bad Request")]) as google:
        addresses = Addresses(google.url, google.url)
        tokens = GoogleTokens(KMS, Network(), FakeClock(), written(tmp_path / "person.json", person), addresses)
        with pytest.raises(AIError, match="gave no access token") as raised:
            await token(tokens)
    assert "canary" not in str(raised.value)


async def test_a_token_is_for_the_service_alone() -> None:
    assert await GoogleTokens(KMS, Network(), FakeClock(), {}).find("kms", "kms", "https://evil.example") is None
