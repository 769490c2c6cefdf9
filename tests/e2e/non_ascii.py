"""A project in which a column is not a byte and not a UTF-16 unit: umlauts in names, a picture above the plane."""

from __future__ import annotations

from pathlib import Path

_FUNCTION = """\
def {name}(größe: float) -> float:
    # 📏 Größe in Metern, nie negativ
    if größe <= 0:
        return 0.0
    return größe * {factor}


"""

OPEN = '''\
"""📏 Längen."""


def verzehnfacht(größe: float) -> float:
'''
"""The file that is open: the person is about to write the body of its last function."""

TYPED = "    # 📏 Größe in Metern, nie negativ"
"""What the person means to write, indentation included."""


def build(folder: Path) -> Path:
    """Write the project into `folder`. The path of the file to open."""
    folder.mkdir(parents=True)
    (folder / ".git").mkdir()  # editors look for it to know how far the project goes
    names = ("verdoppelt", "verdreifacht", "vervierfacht", "verfünffacht", "versechsfacht", "versiebenfacht")
    functions = [_FUNCTION.format(name=name, factor=factor) for factor, name in enumerate(names, start=2)]
    (folder / "maße.py").write_text('"""📏 Maße."""\n\n\n' + "".join(functions), encoding="utf-8")
    file = folder / "längen.py"
    file.write_text(OPEN, encoding="utf-8")
    return file


def saved(file: Path) -> str:
    """What is on the disk; nothing while an editor puts a new file in the place of the old one."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
