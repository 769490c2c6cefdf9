"""A model that says what a test wants to hear, for a real server: real tokens, real sampling, known text.

The embeddings are one-hot, attention and feed-forward are zero, and so the output matrix is an exact table from the last
token to the next one. The last token of the prompt decides what is said: the one that asks for the middle of code, a
newline, or one of `(#%@~!`. The chat template hands on the last character of the newest message where it is one of these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.parts import gguf
from tests.parts.gguf import Fact, Tensor

MIDDLE = "<|fim_middle|>"
TEXT_END, CHAT_END = "<|endoftext|>", "<|im_end|>"
CONTROL = (
    *(TEXT_END, "<|im_start|>", CHAT_END),
    *("<|fim_prefix|>", "<|fim_suffix|>", MIDDLE, "<|fim_pad|>", "<|repo_name|>", "<|file_sep|>"),
)
_FIM_FACTS = ("pre", "suf", "mid", "pad", "rep", "sep")
_NORMAL, _CONTROL, _UNUSED = 1, 3, 5
HEAD = 64
"""Numbers in an attention head: the size of everything is a multiple of it."""

TEMPLATE = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    + "".join(f"{{% if messages[-1].content.endswith('{mark}') %}}{mark}{{% endif %}}" for mark in "(#%@~!")
    + "{% endif %}"
)


@dataclass(frozen=True, slots=True)
class Script:
    """What is said, one token a piece. `endless`: then it begins again."""

    pieces: tuple[str | bytes, ...] = ()
    endless: bool = False

    @property
    def text(self) -> str:
        """What a reader sees of it: bytes that are no UTF-8 come as U+FFFD."""
        return b"".join(map(_bytes, self.pieces)).decode(errors="replace")


ENDLESS = Script(tuple(f" w{number}" for number in range(16)), endless=True)
SCRIPTS = {
    MIDDLE: Script(("return", " a", " +", " b")),
    "\n": Script(("Hello", ", wor", "ld!")),
    "(": Script(("self", ", x", "):", "\n    ", "pass")),
    "#": Script((" naïve", " café", " 日本", " 🎉")),
    "%": Script((b"\xf0", b"\x9f", b"\x98", b"\x80", " ok")),
    "@": Script((b"\xff", b"\xfe", "bad")),
    "~": ENDLESS,
    "!": Script(),
}


def write_scripted_model(
    path: Path, *, endless_middle: bool = False, with_fim: bool = True, context: int = 4096, ballast: int = 0
) -> None:
    """Write the model. `endless_middle`: code is completed without end. `context` is in tokens.

    `ballast` empty texts make the file longer to load; they are a hole in the file.
    """
    tokens, following = _vocabulary(endless_middle=endless_middle)
    if not with_fim:  # the server knows these tokens by their text too
        tokens = [token.replace("fim_", "xxx_") for token in tokens]
    size = len(tokens)
    facts: dict[str, Fact] = {
        **_architecture(size, context),
        **_tokenizer(tokens),
        "tokenizer.chat_template": TEMPLATE,
    }
    if with_fim:
        first = tokens.index("<|fim_prefix|>")
        facts |= {f"tokenizer.ggml.fim_{name}_token_id": first + place for place, name in enumerate(_FIM_FACTS)}
    gguf.write(path, facts, _weights(size, following, tokens.index(TEXT_END)), ballast=ballast)


def _vocabulary(*, endless_middle: bool) -> tuple[list[str], dict[int, int]]:
    """All tokens, and which follows which. The server refuses two tokens of one text."""
    tokens = [*_BYTES, *CONTROL, _BYTES[32] * 2]
    following: dict[int, int] = {}
    for start, script in SCRIPTS.items():
        spoken = [_spelled(piece) for piece in script.pieces]
        tokens += [token for token in spoken if token not in tokens]
        chain = [tokens.index(start if start in CONTROL else _spelled(start)), *map(tokens.index, spoken)]
        end = chain[1] if script.endless else tokens.index(CHAT_END if start == "\n" else TEXT_END)
        for last, after in zip(chain, [*chain[1:], end], strict=True):
            assert following.setdefault(last, after) == after, f"two scripts use the token {tokens[last]!r}"
    if endless_middle:
        following[tokens.index(MIDDLE)] = tokens.index(_spelled(ENDLESS.pieces[0]))
    tokens += [f"<|unused{number}|>" for number in range(-len(tokens) % HEAD)]
    return tokens, following


def _architecture(size: int, context: int) -> dict[str, Fact]:
    heads = size // HEAD
    return {
        "general.architecture": "llama",
        "general.name": "scripted",
        "llama.context_length": context,
        "llama.embedding_length": size,
        "llama.block_count": 1,
        "llama.feed_forward_length": 32,
        "llama.attention.head_count": heads,
        "llama.attention.head_count_kv": heads,
        "llama.rope.dimension_count": HEAD,
        "llama.attention.layer_norm_rms_epsilon": 1e-5,
        "llama.vocab_size": size,
    }


def _tokenizer(tokens: list[str]) -> dict[str, Fact]:
    kinds = [_kind(token) for token in tokens]
    return {
        "tokenizer.ggml.model": "gpt2",
        "tokenizer.ggml.pre": "qwen2",
        "tokenizer.ggml.tokens": tokens,
        "tokenizer.ggml.token_type": kinds,
        "tokenizer.ggml.merges": [" ".join(_BYTES[32] * 2)],
        "tokenizer.ggml.bos_token_id": tokens.index(TEXT_END),
        "tokenizer.ggml.eos_token_id": tokens.index(CHAT_END),
        "tokenizer.ggml.eot_token_id": tokens.index(TEXT_END),
        "tokenizer.ggml.padding_token_id": tokens.index(TEXT_END),
        "tokenizer.ggml.add_bos_token": False,
    }


def _kind(token: str) -> int:
    if token.startswith("<|unused"):
        return _UNUSED
    return _CONTROL if token.startswith("<|") else _NORMAL


def _weights(size: int, following: Mapping[int, int], end: int) -> dict[str, Tensor]:
    likely, default = 60 / math.sqrt(size), 20 / math.sqrt(size)
    table = {(end, last): default for last in range(size)}
    table |= {(after, last): likely for last, after in following.items()}
    square = Tensor(size, size)
    return {
        "token_embd.weight": Tensor(size, size, {(token, token): 1.0 for token in range(size)}),
        "output_norm.weight": Tensor(1, size, fill=1.0),
        "output.weight": Tensor(size, size, table),
        "blk.0.attn_norm.weight": Tensor(1, size, fill=1.0),
        "blk.0.ffn_norm.weight": Tensor(1, size, fill=1.0),
        **{f"blk.0.attn_{part}.weight": square for part in ("q", "k", "v", "output")},
        "blk.0.ffn_gate.weight": Tensor(32, size),
        "blk.0.ffn_up.weight": Tensor(32, size),
        "blk.0.ffn_down.weight": Tensor(size, 32),
    }


def _bytes(piece: str | bytes) -> bytes:
    return piece if isinstance(piece, bytes) else piece.encode()


def _printable_bytes() -> list[str]:
    """The character that stands for each byte in a vocabulary of this kind: printable ones for themselves."""
    plain = {*range(33, 127), *range(161, 173), *range(174, 256)}
    others = iter(range(256, 512))
    return [chr(byte if byte in plain else next(others)) for byte in range(256)]


_BYTES = _printable_bytes()


def _spelled(piece: str | bytes) -> str:
    return "".join(_BYTES[byte] for byte in _bytes(piece))
