"""Writes model files that llama.cpp reads.

In: facts and matrices. Out: a GGUF file, version 3. The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import SEEK_CUR
from pathlib import Path

ALIGNMENT = 32
"""Bytes: where a tensor may begin."""

VERSION = 3
_U32, _I32, _F32, _BOOL, _STRING, _ARRAY = 4, 5, 6, 7, 8, 9

Fact = bool | int | float | str | Sequence[int] | Sequence[str]


@dataclass(frozen=True, slots=True)
class Tensor:
    """A matrix of 16-bit floats, or one row of 32-bit ones: llama.cpp wants norms so. What `cells` lacks is `fill`."""

    rows: int
    columns: int
    cells: Mapping[tuple[int, int], float] = field(default_factory=dict)
    fill: float = 0.0

    @property
    def letter(self) -> str:
        return "f" if self.rows == 1 else "e"

    @property
    def kind(self) -> int:
        return 0 if self.rows == 1 else 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Innermost first."""
        return (self.columns,) if self.rows == 1 else (self.columns, self.rows)

    def data(self) -> bytes:
        one = struct.calcsize(self.letter)
        packed = bytearray(struct.pack(f"<{self.letter}", self.fill) * (self.rows * self.columns))
        for (row, column), value in self.cells.items():
            struct.pack_into(f"<{self.letter}", packed, (row * self.columns + column) * one, value)
        return bytes(packed)


def write(path: Path, facts: Mapping[str, Fact], tensors: Mapping[str, Tensor], *, ballast: int = 0) -> None:
    """Write the whole file. A whole number is written as unsigned, a list of them as signed: that is what is read.

    `ballast` is a further fact of so many empty texts: a reader has to go through them, but on disk they are a hole.
    """
    head = [b"GGUF", struct.pack("<IQQ", VERSION, len(tensors), len(facts) + 1)]
    head += [_text(name) + _fact(value) for name, value in facts.items()]
    head.append(_text("ballast") + struct.pack("<IIQ", _ARRAY, _STRING, ballast))
    places, bodies = [], []
    offset = 0
    for name, tensor in tensors.items():
        shape = tensor.shape
        places.append(_text(name) + struct.pack(f"<I{len(shape)}QIQ", len(shape), *shape, tensor.kind, offset))
        bodies.append(_aligned(tensor.data()))
        offset += len(bodies[-1])
    with path.open("wb") as file:
        file.write(b"".join(head))
        file.seek(ballast * len(_text("")), SEEK_CUR)
        file.write(b"".join(places))
        file.write(bytes(-file.tell() % ALIGNMENT))
        file.writelines(bodies)


def _fact(value: Fact) -> bytes:
    if isinstance(value, bool):
        return struct.pack("<I?", _BOOL, value)
    if isinstance(value, int):
        return struct.pack("<II", _U32, value)
    if isinstance(value, float):
        return struct.pack("<If", _F32, value)
    if isinstance(value, str):
        return struct.pack("<I", _STRING) + _text(value)
    texts = [item for item in value if isinstance(item, str)]
    if texts:
        return struct.pack("<IIQ", _ARRAY, _STRING, len(texts)) + b"".join(map(_text, texts))
    return struct.pack(f"<IIQ{len(value)}i", _ARRAY, _I32, len(value), *value)


def _text(text: str) -> bytes:
    encoded = text.encode()
    return struct.pack("<Q", len(encoded)) + encoded


def _aligned(data: bytes) -> bytes:
    return data + bytes(-len(data) % ALIGNMENT)
