from __future__ import annotations

from ipaddress import ip_address

import pytest

from ai_lsp.core.errors import ConfigurationError
from ai_lsp.transport.endpoint import check_address, parse_endpoint


@pytest.mark.parametrize(
    ("text", "origin", "path"),
    [
        ("https://api.example.com/v1", "https://api.example.com", "/v1"),
        ("HTTPS://API.Example.com:443/v1/", "https://api.example.com", "/v1"),
        ("https://api.example.com:8443", "https://api.example.com:8443", ""),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", ""),
        ("http://localhost:11434/", "http://localhost:11434", ""),
        ("http://[::1]:8080/v1", "http://[::1]:8080", "/v1"),
        ("https://10.0.0.5/llm", "https://10.0.0.5", "/llm"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]", ""),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example", ""),
        ("https://gateway/v1", "https://gateway", "/v1"),
    ],
)
def test_usual_endpoints(text: str, origin: str, path: str) -> None:
    endpoint = parse_endpoint(text)
    assert (endpoint.origin, endpoint.path) == (origin, path)
    assert endpoint.may_carry_key


REFUSED = """
api.example.com
//api.example.com
ftp://api.example.com
file:///etc/passwd
https://
https:///v1
http://api.example.com
http://192.168.1.5:11434
https://user@api.example.com
https://user:password@api.example.com
https://api.example.com@evil.test
https://api.example.com:443@evil.test
https://api.example.com\\@evil.test
https://api.example.com\\.evil.test
https://evil.test#@api.example.com
https://api.example.com#fragment
https://api.example.com?query
https://api.example.com/v1?key=1
https://api.example.com/v1#x
https://api.example.com/../admin
https://api.example.com/v1/./x
https://api.example.com/%2e%2e/admin
https://api.example.com/v1%2fx
https://api.example.com./v1
https://api..example.com
https://.example.com
https://-api.example.com
https://api.example.com:0
https://api.example.com:65536
https://api.example.com:port
https://api.example.com:
https://api.example.com:443:444
https://api example.com
https://api.example.com /v1
https://api.example.com/v 1
https://\u0430pi.example.com
https://api.exampl\uff45.com
https://api\u3002example.com
https://api%2eexample.com
https://0x7f000001
https://0x7f.0.0.1
https://2130706433
https://127.1
https://0177.0.0.1
https://127.0.0.1.
https://256.1.1.1
https://0.0.0.0
https://255.255.255.255
https://224.0.0.1
https://240.0.0.1
http://169.254.169.254/latest
https://169.254.169.254
https://169.254.170.2
https://100.100.100.200
https://168.63.129.16
https://metadata.google.internal
https://[::]
https://[::ffff:127.0.0.1]
http://[::ffff:7f00:1]
https://[::127.0.0.1]
https://[64:ff9b::7f00:1]
https://[2002:7f00:1::]
https://[2001:0:7f00:1::]
https://[fe80::1]
https://[fe80::1%25eth0]
https://[fd00:ec2::254]
https://[ff02::1]
https://[::1
https://::1
""".strip().splitlines()


@pytest.mark.parametrize(
    "text", [*REFUSED, "", "https://api.example.com\r\nx: y", "https://api.exam\tple.com", "https://a\x00b"]
)
def test_s6_endpoints_that_two_readers_could_take_for_different_hosts(text: str) -> None:
    with pytest.raises(ConfigurationError, match="cannot be used"):
        parse_endpoint(text)


def test_a_password_in_an_endpoint_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_endpoint("https://user:hunter2@api.example.com")
    assert "hunter2" not in str(caught.value)


def test_s6_plain_http_to_ones_own_network_carries_no_key() -> None:
    endpoint = parse_endpoint("http://192.168.1.5:11434", allow_http=True)
    assert not endpoint.may_carry_key
    assert check_address(endpoint, ip_address("192.168.1.5")) is None
    assert check_address(endpoint, ip_address("93.184.216.34")) is not None


@pytest.mark.parametrize(
    ("endpoint", "address", "allowed"),
    [
        ("https://api.example.com", "93.184.216.34", True),
        ("https://gateway.corp", "10.1.2.3", True),
        ("https://api.example.com", "169.254.169.254", False),
        ("https://api.example.com", "::ffff:169.254.169.254", False),
        ("https://api.example.com", "0.0.0.0", False),
        ("http://localhost:11434", "127.0.0.1", True),
        ("http://localhost:11434", "::1", True),
        ("http://localhost:11434", "93.184.216.34", False),
        ("http://ollama.localhost", "10.0.0.1", False),
    ],
)
def test_s6_the_address_behind_a_name(endpoint: str, address: str, allowed: bool) -> None:
    assert (check_address(parse_endpoint(endpoint), ip_address(address)) is None) == allowed
