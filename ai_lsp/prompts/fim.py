"""Fill-in-the-middle: the marks that families of code models were trained with, as data.

In: the text before and after the hole. Out: one raw prompt. What must never happen: a mark that stands in the person's own
code is taken for ours.

Sources: the model cards and reports of each family. Seed-Coder and CodeGeeX put the suffix first.
"""

from __future__ import annotations

from dataclasses import dataclass

from ai_lsp.core.completion import CompletionPrompt

_BREAK = "\u2060"
"""Word joiner: breaks a mark up for the tokenizer and cannot be seen."""


@dataclass(frozen=True, slots=True)
class FimFamily:
    """`order` is a template of {prefix} and {suffix}. `stop` ends an answer; `marks` may not stand in code as they are."""

    order: str
    stop: tuple[str, ...]
    marks: tuple[str, ...]

    def render(self, prompt: CompletionPrompt) -> str:
        """The raw prompt, with every mark inside the code broken up."""
        return self.order.format(prefix=self._safe(prompt.prefix), suffix=self._safe(prompt.suffix))

    def _safe(self, code: str) -> str:
        for mark in self.marks:
            if mark in code:
                code = code.replace(mark, mark[0] + _BREAK + mark[1:])
        return code


def _family(order: str, *marks: str, stop: tuple[str, ...]) -> FimFamily:
    return FimFamily(order, stop, (*marks, *stop))


FAMILIES = {
    "qwen": _family(
        "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|repo_name|>", "<|im_start|>", "<|im_end|>"),
        stop=("<|endoftext|>", "<|fim_pad|>", "<|file_sep|>"),
    ),
    "starcoder": _family(
        "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
        *("<fim_prefix>", "<fim_suffix>", "<fim_middle>"),
        stop=("<|endoftext|>", "<file_sep>"),
    ),
    "deepseek": _family(
        "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",  # noqa: RUF001  # the model's own marks have wide bars
        *("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"),  # noqa: RUF001  # as above
        stop=("<｜end▁of▁sentence｜>",),  # noqa: RUF001  # as above
    ),
    "codellama": _family("<PRE> {prefix} <SUF>{suffix} <MID>", "<PRE>", "<SUF>", "<MID>", stop=("<EOT>",)),
    "codegemma": _family(
        "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
        stop=("<|file_separator|>", "<eos>"),
    ),
    "granite": _family(
        "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        *("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"),
        stop=("<|endoftext|>", "<|end_of_text|>"),
    ),
    "seed": _family(
        "<[fim-suffix]>{suffix}<[fim-prefix]>{prefix}<[fim-middle]>",
        *("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>"),
        stop=("<[end▁of▁sentence]>",),
    ),
    "codegeex": _family(
        "<|code_suffix|>{suffix}<|code_prefix|>{prefix}<|code_middle|>",
        *("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
        stop=("<|user|>", "<|endoftext|>"),
    ),
    "glm": _family(
        "<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>",
        *("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"),
        stop=("<|endoftext|>",),
    ),
    "codestral": _family("[SUFFIX]{suffix}[PREFIX]{prefix}", stop=("[PREFIX]", "[SUFFIX]")),
}
"""Name of the family, as `models/facts.toml` uses it -> its marks."""
