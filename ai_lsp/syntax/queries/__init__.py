"""The query files beside this one, by name without ending. A new language is a new file here and a line in `languages`.

Captures: `@scope.<kind>` a whole declaration; its name and body are its fields of these names, or captured as `@name` and
`@body`, or, where it only gives a name to a value, the body is that of `@value`. `@import` an import statement; `@comment`,
`@string`, and `@code` for code that lies inside a string.
"""

from pathlib import Path

# read at import, so that no file is opened later on the event loop
SOURCES = {file.stem: file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("*.scm")}
