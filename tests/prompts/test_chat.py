from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ai_lsp.prompts.chat import block, unreserved


def test_a_text_is_a_block_under_its_label() -> None:
    assert block("The file a.py:", "python", "x = 1\n") == "The file a.py:\n```python\nx = 1\n```"
    assert block("a.md", "", "````\ncode\n````\n") == "a.md\n`````\n````\ncode\n````\n`````"


marks = st.text(st.sampled_from("`~a \n\t>-"))


@given(marks, marks, marks)
def test_no_text_gets_out_of_its_block(label: str, language: str, text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"{block(f'Label {label}:', language, text)}\n\nafter")
    [code] = [token for token in tokens if token.type == "fence"]
    assert code.content == f"{text.removesuffix(chr(10))}\n"
    assert tokens[-2].content == "after"


@pytest.mark.parametrize(
    "mark",
    [
        *("<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|start_header_id|>"),
        *("<｜begin▁of▁sentence｜>", "<｜User｜>", "<s>", "</s>", "<bos>", "<start_of_turn>", "<end_of_turn>"),  # noqa: RUF001  # that is how it is written
        *("<<SYS>>", "<</SYS>>", "[INST]", "[/INST]", "[TOOL_CALLS]"),
    ],
)
def test_no_mark_of_a_chat_template_comes_through(mark: str) -> None:
    assert mark not in unreserved(f"a{mark}b")
    assert unreserved(f"a{mark}b").replace(" ", "") == f"a{mark}b"


@pytest.mark.parametrize("code", ["a <b> c", "x[0]", "a < s > b", "a || b", "<div>", "[x] <-"])
def test_other_code_stays_as_it_is(code: str) -> None:
    assert unreserved(code) == code
