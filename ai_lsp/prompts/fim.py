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
    """`order` is a template of {prefix} and {suffix}. `stop` ends an answer; `marks` may not stand in code as they are.

    A family that knows of other files has a template `file` of {path} and {text}, and `among_files` of {files}, {path} and
    what `order` has, for a prompt that shows some.
    """

    order: str
    stop: tuple[str, ...]
    marks: tuple[str, ...]
    file: str = ""
    among_files: str = ""

    def render(self, prompt: CompletionPrompt) -> str:
        """The raw prompt, with every mark inside the code broken up."""
        prefix, suffix = self._safe(prompt.prefix), self._safe(prompt.suffix)
        if not prompt.snippets or not self.file:
            return self.order.format(prefix=prefix, suffix=suffix)
        files = "".join(
            self.file.format(path=self._safe(snippet.path), text=self._safe(snippet.text))
            for snippet in prompt.snippets
        )
        path = self._safe(shown_path(prompt.path))
        return self.among_files.format(files=files, path=path, prefix=prefix, suffix=suffix)

    def _safe(self, code: str) -> str:
        for mark in self.marks:
            if mark in code:
                code = code.replace(mark, mark[0] + _BREAK + mark[1:])
        return code


def shown_path(path: str | None) -> str:
    """The end of a path: enough to tell what a file is for, and nothing of the person's folders."""
    return "/".join((path or "untitled").replace("\\", "/").split("/")[-2:])


def _family(order: str, *marks: str, stop: tuple[str, ...], file: str = "", among_files: str = "") -> FimFamily:
    return FimFamily(order, stop, (*marks, *stop), file, among_files)


_PLAIN_MARKS = ("<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|fim_pad|>")

FAMILIES = {
    "qwen": _family(
        "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        *(*_PLAIN_MARKS[:3], "<|repo_name|>", "<|im_start|>", "<|im_end|>"),
        stop=("<|endoftext|>", "<|fim_pad|>", "<|file_sep|>"),
        file="<|file_sep|>{path}\n{text}\n",
        among_files="{files}<|file_sep|>{path}\n<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
    ),
    "starcoder": _family(
        "<fim_prefix>{prefix}<fim_suffix>{suffix}<fim_middle>",
        *("<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<repo_name>"),
        stop=("<|endoftext|>", "<file_sep>"),
        file="<file_sep>{path}\n{text}\n",
        among_files="{files}<file_sep><fim_prefix>{path}\n{prefix}<fim_suffix>{suffix}<fim_middle>",
    ),
    "deepseek": _family(
        "<｜fim▁begin｜>{prefix}<｜fim▁hole｜>{suffix}<｜fim▁end｜>",  # noqa: RUF001  # the model's own marks have wide bars
        *("<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>", "<｜begin▁of▁sentence｜>"),  # noqa: RUF001  # as above
        stop=("<｜end▁of▁sentence｜>",),  # noqa: RUF001  # as above
    ),
    "codellama": _family(
        "<PRE> {prefix} <SUF>{suffix} <MID>", "<PRE>", "<SUF>", "<MID>", "<s>", "</s>", stop=("<EOT>",)
    ),
    "codegemma": _family(
        "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        *(*_PLAIN_MARKS, "<bos>", "<start_of_turn>", "<end_of_turn>"),
        stop=("<|file_separator|>", "<eos>"),
    ),
    "granite": _family(
        "<|fim_prefix|>{prefix}<|fim_suffix|>{suffix}<|fim_middle|>",
        *(*_PLAIN_MARKS, "<|start_of_role|>", "<|end_of_role|>"),
        stop=("<|endoftext|>", "<|end_of_text|>"),
    ),
    "seed": _family(
        "<[fim-suffix]>{suffix}<[fim-prefix]>{prefix}<[fim-middle]>",
        *("<[fim-prefix]>", "<[fim-suffix]>", "<[fim-middle]>", "<[begin▁of▁sentence]>"),
        stop=("<[end▁of▁sentence]>",),
    ),
    "codegeex": _family(
        "<|code_suffix|>{suffix}<|code_prefix|>{prefix}<|code_middle|>",
        *("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "<|assistant|>", "<|system|>"),
        stop=("<|user|>", "<|endoftext|>"),
    ),
    "glm": _family(
        "<|code_prefix|>{prefix}<|code_suffix|>{suffix}<|code_middle|>",
        *("<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>", "<|user|>", "<|assistant|>", "<|system|>"),
        stop=("<|endoftext|>",),
    ),
    "codestral": _family(
        "[SUFFIX]{suffix}[PREFIX]{prefix}",
        *("+++++ ", "[MIDDLE]", "[INST]", "[/INST]", "<s>", "</s>"),
        stop=("[PREFIX]", "[SUFFIX]", "\n+++++ "),
        file="+++++ {path}\n{text}\n",
        among_files="[SUFFIX]{suffix}[PREFIX]{files}+++++ {path}\n{prefix}",
    ),
}
"""Name of the family, as `models/facts.toml` uses it -> its marks."""
