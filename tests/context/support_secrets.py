"""Secrets that nobody has: of each kind as many as wanted, the same in every run."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator

_LETTERS = string.ascii_letters + string.digits
_CAPITALS = string.ascii_uppercase + string.digits
_HEX = "0123456789abcdef"
_BASE64 = _LETTERS + "+/"
_URL_SAFE = _LETTERS + "_-"
_DIGITS = string.digits

Draw = Callable[..., str]

KINDS: dict[str, tuple[str, Callable[[Draw], str]]] = {
    # kind: (the line that it stands in, how it is drawn)
    "aws access key": ("aws_access_key_id = {}", lambda draw: "AKIA" + draw(16, _CAPITALS)),
    "aws secret key": ('aws_secret_access_key = "{}"', lambda draw: draw(40, _BASE64)),
    "github": ("export GITHUB_TOKEN={}", lambda draw: "ghp_" + draw(36)),
    "github, fine-grained": ('t := "{}"', lambda draw: "github_pat_" + draw(22) + "_" + draw(59)),
    "gitlab": ("  token: {}", lambda draw: "glpat-" + draw(20, _URL_SAFE)),
    "slack": ('WebClient("{}")', lambda draw: f"xoxb-{draw(12, _DIGITS)}-{draw(12, _DIGITS)}-{draw(24)}"),
    "stripe": ('stripe.api_key = "{}"', lambda draw: "sk_live_" + draw(24)),
    "openai": ('OpenAI(api_key="{}")', lambda draw: "sk-proj-" + draw(48, _URL_SAFE)),
    "anthropic": ("export X={}", lambda draw: "sk-ant-api03-" + draw(93, _URL_SAFE) + "AA"),
    "google": ("const k = '{}';", lambda draw: "AIza" + draw(35, _URL_SAFE)),
    "google oauth": ('"client_secret": "{}",', lambda draw: "GOCSPX-" + draw(28, _URL_SAFE)),
    "azure storage": (
        '"DefaultEndpointsProtocol=https;AccountName=dev;AccountKey={};EndpointSuffix=core.windows.net"',
        lambda draw: draw(86, _BASE64) + "==",
    ),
    "azure client": ("ARM_CLIENT_SECRET: {}", lambda draw: draw(3) + "8Q~" + draw(34, _URL_SAFE)),
    "jwt": (
        "Authorization: Bearer {}",
        lambda draw: f"eyJ{draw(33)}.eyJ{draw(60, _URL_SAFE)}.{draw(43, _URL_SAFE)}",
    ),
    "npm": ("//registry.example.test/:_authToken={}", lambda draw: "npm_" + draw(36)),
    "pypi": ("password = {}", lambda draw: "pypi-AgEIcHlwaS5vcmc" + draw(120, _URL_SAFE)),
    "twilio": ('auth_token = "{}"', lambda draw: draw(32, _HEX)),
    "sendgrid": ('SendGridClient("{}")', lambda draw: f"SG.{draw(22, _URL_SAFE)}.{draw(43, _URL_SAFE)}"),
    "password in an address": ("DB=postgres://app:{}@db.example.test:5432/app", lambda draw: draw(14)),
    "basic authentication": ("git clone https://ci:{}@git.example.test/a.git", lambda draw: draw(20)),
    "password": ('db.connect(password="{}")', lambda draw: draw(12, _LETTERS + "!#%-_")),
    "token": ("const accessToken = '{}';", lambda draw: draw(24)),
    "web framework's key": (
        "SECRET_KEY = '{}'",
        lambda draw: draw(50, string.ascii_lowercase + _DIGITS + "!@#^&*(-_=+)"),
    ),
    "nothing but random": ('x = "{}"', lambda draw: draw(40)),
}


def secrets(number: int) -> Iterator[tuple[str, str, str]]:
    """`number` of each kind: its name, the secret, and a line that holds it."""
    chance = random.Random(20)

    def draw(size: int, alphabet: str = _LETTERS) -> str:
        return "".join(chance.choice(alphabet) for _ in range(size))

    for kind, (line, made) in KINDS.items():
        for _ in range(number):
            secret = made(draw)
            yield kind, secret, line.format(secret)


def private_key(lines: int = 12) -> str:
    """A private key in the form of RFC 7468."""
    chance = random.Random(21)
    body = ["".join(chance.choice(_BASE64) for _ in range(64)) for _ in range(lines)]
    return "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *body, "-----END RSA PRIVATE KEY-----", ""])


def shows(secret: str, text: str) -> bool:
    """Whether a text holds eight characters in a row of a secret, those that its issuer puts before each key aside."""
    return any(secret[start : start + 8] in text for start in range(max(len(secret) - 7, 1)))
