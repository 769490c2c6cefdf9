from __future__ import annotations

import struct
import zlib

from benchmarks.keystrokes.picture import HEIGHT, WIDTH, plot


def test_a_plot_is_a_png_of_the_size_that_it_says() -> None:
    data = plot({"one": ([0.0, 50.0, 400.0], 4), "none": ([], 0)})
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", data[16:24]) == (WIDTH, HEIGHT)
    start = data.index(b"IDAT") + 4
    length = struct.unpack(">I", data[start - 8 : start - 4])[0]
    assert len(zlib.decompress(data[start : start + length])) == HEIGHT * (WIDTH * 3 + 1)
