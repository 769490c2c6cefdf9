from pathlib import Path

import ai_lsp
from ai_lsp.cli.demo.scenes import LINES, choose

FUNCTION = """\
def area(width, height):
    if width < 0:
        raise ValueError(width)
    total = width * height
    return total
"""
PROSE = '"""A text that goes on\nand on for a while\nand says nothing new\nuntil it ends."""\n'
PADDING = "\n" + "#" * 60 + "\n"
LARGE_ENOUGH = PADDING * 20


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def test_a_scene_is_a_paragraph_taken_out_of_its_file(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.py", f"{PROSE}\n{FUNCTION}{LARGE_ENOUGH}")
    [scene] = choose(tmp_path)
    assert scene.file == file
    assert scene.text == FUNCTION.rstrip()
    assert (*scene.before, *scene.lines, *scene.after) == tuple(file.read_text().splitlines())
    assert scene.first_line == 5


def test_what_nobody_would_type_is_left_alone(tmp_path: Path) -> None:
    _write(tmp_path / "prose.py", PROSE + LARGE_ENOUGH)
    _write(tmp_path / "notes.md", FUNCTION + LARGE_ENOUGH)
    _write(tmp_path / "long.py", FUNCTION.replace("total = ", "total = 1 + " * 20) + LARGE_ENOUGH)
    _write(tmp_path / ".venv/lib.py", FUNCTION + LARGE_ENOUGH)
    _write(tmp_path / "node_modules/lib.py", FUNCTION + LARGE_ENOUGH)
    _write(tmp_path / "tiny.py", FUNCTION)
    (tmp_path / "latin.py").write_bytes((FUNCTION + LARGE_ENOUGH).encode() + b"# caf\xe9\n")
    assert list(choose(tmp_path)) == []


def test_the_choice_is_the_same_each_time() -> None:
    folder = Path(ai_lsp.__file__).parent
    once, again = list(choose(folder)), list(choose(folder))
    assert once == again
    assert len(once) > 10
    assert all(len(scene.lines) in LINES for scene in once)
    assert len({scene.file for scene in once}) == len(once)
