"""What is written can be read back by the rules of the format."""

from __future__ import annotations

import struct
from pathlib import Path

from tests.parts import gguf
from tests.parts.gguf import ALIGNMENT, Tensor


def test_a_file_begins_with_its_counts_and_ends_with_aligned_data(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    gguf.write(path, {"x": 7}, {"m": Tensor(2, 3, {(1, 2): 0.5}), "n": Tensor(1, 2, fill=1.0)})
    data = path.read_bytes()
    assert struct.unpack_from("<4sIQQ", data) == (b"GGUF", 3, 2, 2)
    norm, matrix = data[-ALIGNMENT:], data[-2 * ALIGNMENT : -ALIGNMENT]
    assert struct.unpack_from("<2f", norm) == (1.0, 1.0)
    assert struct.unpack_from("<6e", matrix) == (0.0, 0.0, 0.0, 0.0, 0.0, 0.5)
    assert len(data) % ALIGNMENT == 0


def test_a_fact_is_its_name_its_kind_and_its_value(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    gguf.write(path, {"a": True, "b": 2, "c": 0.5, "d": "é", "e": [3], "f": ["x", ""]}, {})
    facts = path.read_bytes()[24:]
    expected = b"".join(
        (
            struct.pack("<Q1sI?", 1, b"a", 7, True),
            struct.pack("<Q1sII", 1, b"b", 4, 2),
            struct.pack("<Q1sIf", 1, b"c", 6, 0.5),
            struct.pack("<Q1sIQ2s", 1, b"d", 8, 2, "é".encode()),
            struct.pack("<Q1sIIQi", 1, b"e", 9, 5, 1, 3),
            struct.pack("<Q1sIIQQ1sQ", 1, b"f", 9, 8, 2, 1, b"x", 0),
        )
    )
    assert facts.startswith(expected)


def test_ballast_takes_no_room_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    gguf.write(path, {}, {}, ballast=1_000_000)
    status = path.stat()
    assert status.st_size >= 8_000_000
    assert status.st_blocks * 512 < 1_000_000
