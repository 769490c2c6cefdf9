"""What a server does by itself: read the person's files, and nothing more."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.attacks.conftest import KEY, Start, ask_for_code, initialize
from tests.attacks.support_canary import Canary
from tests.attacks.support_watch import deeds

CONNECTIONS = ("socket.connect", "socket.getaddrinfo", "socket.sendto")


def test_s3_nothing_is_sent_before_the_person_asks(
    start: Start, repository: Path, tmp_path: Path, home: Canary
) -> None:
    client = start(OPENAI_API_KEY=KEY)
    initialize(client, repository)
    client.open((repository / "a.py").as_uri(), (repository / "a.py").read_text())
    client.call("aiLsp/status")
    assert client.stop() == 0
    assert home.seen == []
    assert deeds(tmp_path, *CONNECTIONS) == []


def test_s4_no_variable_and_no_file_of_other_programs_leads_anywhere(
    start: Start, repository: Path, tmp_path: Path, home: Canary, canary: Canary
) -> None:
    (Path.home() / ".netrc").write_text("machine 127.0.0.1 login person password of-the-person\n")
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    bases = ("OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_BASE_URL", "OLLAMA_HOST", "GOOGLE_GEMINI_BASE_URL")
    ambient = dict.fromkeys((*names, *bases, "AI_LSP_PROVIDERS_MINE_ENDPOINT", "AI_LSP_CACHE_URL"), canary.url)
    certificates = {"SSL_CERT_FILE": str(repository / "ca.pem"), "SSL_CERT_DIR": str(repository)}
    client = start(**ambient, **certificates)
    initialize(client, repository)
    ask_for_code(client, repository)
    assert client.stop() == 0
    assert canary.seen == []
    assert home.seen
    assert "Basic" not in home.text
    assert {str(home.address[1]) in place for place in deeds(tmp_path, "socket.connect")} == {True}
    opened = deeds(tmp_path, "open")
    assert opened
    assert not [place for place in opened if ".netrc" in place or "ca.pem" in place or "repository/.env" in place]


def test_s18_no_program_is_started_but_our_own(start: Start, repository: Path, tmp_path: Path) -> None:
    client = start()
    initialize(client, repository)
    ask_for_code(client, repository)
    assert client.stop() == 0
    started = deeds(tmp_path, "subprocess.Popen", "os.system", "os.exec")
    assert [args for args in started if sys.executable not in args or "ai_lsp" not in args] == []
