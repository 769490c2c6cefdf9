from __future__ import annotations

from ai_lsp.core.secret import MASK, Secret
from ai_lsp.transport.redact import excerpt, redact, redact_json

KEY = "sk-canary-0123456789"
SECRET = Secret(KEY, "https://api.example.com")


def test_the_key_and_what_is_left_of_it_is_masked() -> None:
    assert redact(f"wrong key {KEY}.", SECRET) == f"wrong key {MASK}."
    assert (
        redact("Incorrect API key provided: sk***89. Get one.", SECRET)
        == f"Incorrect API key provided: {MASK} Get one."
    )
    assert redact("'sk-*****6789' is wrong", None) == f"'{MASK}' is wrong"
    assert redact("2 * 3 is fine", SECRET) == "2 * 3 is fine"


def test_every_text_of_a_document_is_masked() -> None:
    document = {"error": {"message": KEY, KEY: [KEY, 1, None]}}
    assert redact_json(document, SECRET) == {"error": {"message": MASK, MASK: [MASK, 1, None]}}


def test_the_readable_part_of_a_page() -> None:
    page = "<html><head><style>p {color: red}</style><script>alert(1)</script></head><h1>502</h1>\n<p>Bad gateway</p>"
    assert excerpt(page) == "502 Bad gateway"
    assert len(excerpt("<p>" + "word " * 1000)) == 200
