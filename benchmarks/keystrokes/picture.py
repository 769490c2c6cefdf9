"""A plot as a PNG file, drawn with nothing but zlib: shares of keys over the time until their ghost text.

In: named series of milliseconds. Out: the bytes of a picture. One curve a series, a grid, and a small font of its own.
"""

from __future__ import annotations

import struct
import zlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 900, 460
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 50, 40
LAST = 1200
"""Milliseconds at the right edge."""
Colour = tuple[int, int, int]
BLACK, GREY, WHITE = (40, 40, 40), (225, 225, 225), (255, 255, 255)
COLOURS: tuple[Colour, ...] = ((31, 119, 180), (214, 96, 20), (44, 140, 60), (150, 70, 160))

# five rows of three dots for each letter, as octal digits
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ %,.-:()"
_ROWS = (
    "75557 26227 71747 71717 55711 74717 74757 71111 75757 75717 "
    "75755 65656 74447 65556 74647 74644 74557 55755 72227 11157 55655 44447 57755 "
    "65555 75557 75744 75571 75765 74717 72222 55557 55552 55775 55255 55222 71247 "
    "00000 51245 00024 00002 00700 02020 12221 42224"
)
_FONT = dict(zip(_LETTERS, _ROWS.split(), strict=True))


@dataclass(slots=True)
class Canvas:
    pixels: bytearray = field(default_factory=lambda: bytearray(b"\xff" * (WIDTH * HEIGHT * 3)))

    def dot(self, x: int, y: int, colour: Colour) -> None:
        if 0 <= x < WIDTH and 0 <= y < HEIGHT:
            at = (y * WIDTH + x) * 3
            self.pixels[at : at + 3] = bytes(colour)

    def box(self, x: int, y: int, width: int, height: int, colour: Colour) -> None:
        for row in range(y, y + height):
            for column in range(x, x + width):
                self.dot(column, row, colour)

    def text(self, x: int, y: int, text: str, colour: Colour = BLACK) -> None:
        for letter in text.upper():
            for row, digit in enumerate(_FONT.get(letter, "00000")):
                for column in range(3):
                    if int(digit) >> (2 - column) & 1:
                        self.box(x + 2 * column, y + 2 * row, 2, 2, colour)
            x += 8

    def png(self) -> bytes:
        rows = b"".join(b"\0" + self.pixels[y * WIDTH * 3 : (y + 1) * WIDTH * 3] for y in range(HEIGHT))
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def plot(series: Mapping[str, tuple[Sequence[float], int]]) -> bytes:
    """Name -> (milliseconds of each ghost text, number of all keys): how many per cent had one after so long."""
    canvas = Canvas()
    _grid(canvas)
    for number, (name, (times, keys)) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        canvas.box(LEFT + 10 + 220 * number, 12, 12, 10, colour)
        canvas.text(LEFT + 28 + 220 * number, 12, name)
        _curve(canvas, sorted(times), max(keys, 1), colour)
    return canvas.png()


def _curve(canvas: Canvas, times: Sequence[float], keys: int, colour: Colour) -> None:
    last = HEIGHT - BOTTOM
    for x in range(LEFT, WIDTH - RIGHT):
        until = (x - LEFT) * LAST / (WIDTH - LEFT - RIGHT)
        y = round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * bisect_right(times, until) / keys)
        canvas.box(x, min(y, last) - 1, 2, abs(last - y) + 2, colour)
        last = y


def _grid(canvas: Canvas) -> None:
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    for percent in range(0, 101, 20):
        y = HEIGHT - BOTTOM - high * percent // 100
        canvas.box(LEFT, y, wide, 1, GREY)
        canvas.text(12, y - 5, f"{percent:3}%")
    for moment in range(0, LAST + 1, 200):
        x = LEFT + wide * moment // LAST
        canvas.box(x, TOP, 1, high, GREY)
        canvas.text(x - 14, HEIGHT - BOTTOM + 8, f"{moment}")
    canvas.text(LEFT + wide - 410, HEIGHT - 16, "ms from a key to its ghost, as share of all keys")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
