"""The real command, as a process of its own."""

import subprocess
import sys

from tests.support.lsp_client import LspClient

HEAVY = ("pydantic", "tree_sitter", "httpx2", "keyring", "cryptography", "redis", "platformdirs", "pathspec")


def test_nothing_heavy_is_imported_before_initialize_is_answered() -> None:
    spy = (
        "import sys, ai_lsp.app as app\n"
        "open_house = app.FrontDoors.open_house\n"
        "def told(self, *arguments):\n"
        "    loaded = [name for name in HEAVY if name in sys.modules]\n"
        "    sys.stderr.write(f'loaded before the house opened: {loaded}\\n')\n"
        "    return open_house(self, *arguments)\n"
        "app.FrontDoors.open_house = told\n"
        "sys.argv = ['ai-lsp', 'serve']\n"
        "app.main()\n"
    ).replace("HEAVY", repr(HEAVY))
    with LspClient.start([sys.executable, "-c", spy]) as editor:
        editor.initialize()
        editor.open("file:///work/a.py", "x = 1\n")
        editor.inline("file:///work/a.py", 1, 0)
        editor.shutdown()
        assert "loaded before the house opened: []" in editor.errors()


def test_the_version_is_told_without_opening_anything() -> None:
    said = subprocess.run([sys.executable, "-m", "ai_lsp", "--version"], capture_output=True, text=True, check=True)
    assert said.stdout.startswith("ai-lsp ")
