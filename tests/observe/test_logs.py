from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator

import pytest

from ai_lsp.core.errors import ConnectionFailedError
from ai_lsp.core.secret import Secret
from ai_lsp.observe.logs import Logs, SafeFormatter
from ai_lsp.observe.scrub import Scrubber

CANARY = "sk-canary-0123456789abcdefghij"
CODE = "def launch_codes(): return 0xC0DE"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a process with logging at its most talkative writes."""
    root, ours = logging.getLogger(), logging.getLogger("ai_lsp")
    before = root.handlers[:], root.level, ours.level
    scrubber = Scrubber()
    scrubber.know(Secret("unusual", "https://api.test"))
    stream = io.StringIO()
    logs = Logs(scrubber, logging.DEBUG, stream)
    logs.start()
    root.setLevel(logging.DEBUG)
    yield _Stopped(logs, stream)
    root.handlers[:], root.level = before[0], before[1]
    ours.setLevel(before[2])


class _Stopped(io.StringIO):
    """Reads what was written once logging has ended."""

    def __init__(self, logs: Logs, stream: io.StringIO) -> None:
        super().__init__()
        self._logs = logs
        self._stream = stream

    def getvalue(self) -> str:
        self._logs.stop()
        return self._stream.getvalue()


def fail(text: str) -> None:
    raise ValueError(text)


def test_s9_no_logger_and_no_level_lets_a_key_or_code_through(written: io.StringIO) -> None:
    for name in ("", "pygls", "pygls.protocol.json_rpc", "httpx2", "httpcore2", "asyncio", "redis", "ai_lspx"):
        logger = logging.getLogger(name)
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
            logger.log(level, "sending %s to %s", CODE, CANARY)
            logger.log(level, f"{CODE} {CANARY}")  # noqa: G004  # some libraries do
            try:
                fail(f"{CODE} {CANARY}")
            except ValueError:
                logger.log(level, CODE, exc_info=True)
    for level in (logging.DEBUG, logging.ERROR):
        logging.getLogger("ai_lsp.gateway").log(level, "refused: %s, unusual", CANARY)
    text = written.getvalue()
    for secret in ("canary", "launch_codes", "C0DE", "unusual"):
        assert secret not in text
    assert "ai_lsp.gateway: refused: <secret>, <secret>" in text


def test_a_librarys_warning_still_tells_whose_it_is_and_where(written: io.StringIO) -> None:
    logging.getLogger("some_library").warning("%s", CODE)
    assert (
        "WARNING some_library: a message of this library (withheld, it may quote code) at test_logs.py:"
        in written.getvalue()
    )


def test_a_failure_tells_its_kinds_and_places_but_not_its_text(written: io.StringIO) -> None:
    try:
        try:
            fail(CODE)
        except ValueError as error:
            raise ConnectionFailedError("nobody answers at https://api.test") from error
    except ConnectionFailedError:
        logging.getLogger("ai_lsp.x").exception("it failed")
    text = written.getvalue()
    assert "it failed [ConnectionFailedError(nobody answers at https://api.test) < " in text
    assert "because of [ValueError < " in text
    assert "in fail" in text
    assert text.count("\n") == 1


def test_a_line_stays_one_line_and_moves_no_cursor(written: io.StringIO) -> None:
    logging.getLogger("ai_lsp.x").warning("one\r\ntwo\x1b[2Jthree\u202e")
    assert written.getvalue().endswith("ai_lsp.x: one  two [2Jthree \n")


class Blocked(io.StringIO):
    """Standard error whose reader does not read."""

    def __init__(self) -> None:
        super().__init__()
        self.unblocked = threading.Event()

    def write(self, text: str) -> int:
        self.unblocked.wait()
        return super().write(text)


def test_a_reader_that_does_not_read_delays_nobody_and_memory_is_bounded() -> None:
    stream = Blocked()
    logs = Logs(Scrubber(), logging.DEBUG, stream)
    logs._writer.start()
    for number in range(5000):
        logs.handle(logging.LogRecord("ai_lsp.x", logging.INFO, "", 1, "line %d", (number,), None))
    assert logs._waiting.qsize() == 1000
    logs.stop()  # comes back although nobody reads
    stream.unblocked.set()
    logs._writer.join(0.01)


def test_a_reader_that_is_gone_disturbs_nobody() -> None:
    stream = io.StringIO()
    stream.close()
    logs = Logs(Scrubber(), logging.DEBUG, stream)
    logs._writer.start()
    logs.handle(logging.LogRecord("ai_lsp.x", logging.INFO, "", 1, "a line", (), None))
    logs.stop()
    assert not logs._writer.is_alive()


def test_the_level_is_that_of_our_own_records(written: io.StringIO) -> None:
    logging.getLogger("ai_lsp.x").debug("a detail")
    assert "DEBUG ai_lsp.x: a detail" in written.getvalue()


def test_the_formatter_alone_is_safe_too() -> None:
    record = logging.LogRecord("pygls", logging.ERROR, "x.py", 3, CODE, (), None)
    assert "launch" not in SafeFormatter(Scrubber()).format(record)
