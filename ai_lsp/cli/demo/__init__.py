"""Type real code back into a real server and watch its ghost text.

Starts `ai-lsp serve` as an editor does, takes some lines out of real files, types them back, and accepts what is right
with Tab. Without a folder it types the code of ai-lsp itself. Files are read, never written; nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from argparse import ArgumentParser, Namespace
from itertools import islice
from pathlib import Path

import ai_lsp
from ai_lsp.cli.demo.client import Client, running
from ai_lsp.cli.demo.picture import PLAIN_SIGNS, Picture, Signs
from ai_lsp.cli.demo.scenes import Scene, choose
from ai_lsp.cli.demo.score import Score
from ai_lsp.cli.demo.screen import Printer, Screen
from ai_lsp.cli.demo.setup import neovim_lines
from ai_lsp.cli.demo.typist import Rhythm, Typist
from ai_lsp.cli.doors import Doors
from ai_lsp.cli.failure import CommandError
from ai_lsp.cli.terminal import Style, can_print, has_colour, is_live, styled

EXAMPLES = """\
  ai-lsp demo                  type some of ai-lsp's own code
  ai-lsp demo ~/code/project   type some of yours
  ai-lsp demo --fast           as fast as the server answers
"""

SERVER = (sys.executable, "-m", "ai_lsp", "serve")

SUGGESTIONS = 20
"""How many are shown before the demo ends: about 45 seconds of typing."""

CHARACTERS = 1_000
"""How much is typed at most, where there is little to suggest."""

SCENES = 12
READING_TIME = 15.0
"""Seconds for reading the workspace, before typing begins all the same."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "folder",
        metavar="FOLDER",
        nargs="?",
        type=Path,
        default=Path(ai_lsp.__file__).parent,
        help="whose code to type; default: the code of ai-lsp itself",
    )
    parser.add_argument("--fast", action="store_true", help="no pauses between the keys")


def run(arguments: Namespace, doors: Doors) -> int:  # noqa: ARG001  # it goes through the doors that an editor uses
    folder = arguments.folder.expanduser().absolute()
    if not folder.is_dir():
        raise CommandError(f"{arguments.folder} is not a folder; name one that holds source code")
    scenes = list(islice(choose(folder), SCENES))
    if not scenes:
        raise CommandError(f"{arguments.folder} holds no code that can be typed; name a folder with source files")
    score = Score()
    asyncio.run(_play(folder, scenes, score, _environment(arguments.config), fast=arguments.fast))
    _conclude(score)
    return 0


def _environment(config: Path | None) -> dict[str, str]:
    """The default settings, or those of a named file: what the person has set up elsewhere may need keys."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("AI_LSP_")}
    return inherited | {"AI_LSP_CONFIG": str(config.absolute()) if config else os.devnull}


async def _play(folder: Path, scenes: list[Scene], score: Score, environment: dict[str, str], *, fast: bool) -> None:
    began = time.perf_counter()
    async with running(SERVER, environment) as client:
        await _meet(client, folder)
        score.start = time.perf_counter() - began
        print(f"The server runs (process {client.pid}) and reads {folder} …", flush=True)
        await _until_read(client)
        score.reading = time.perf_counter() - began - score.start
        picture = Picture(folder, Signs() if can_print("▌─·…", sys.stdout) else PLAIN_SIGNS)
        colour = has_colour(sys.stdout)
        with (
            Screen(sys.stdout, picture, colour=colour) if is_live(sys.stdout) else Printer(sys.stdout, picture) as view
        ):
            typist = Typist(client, Rhythm(fast=fast), view, score)
            for scene in scenes:
                await typist.play(scene)
                if score.shown >= SUGGESTIONS or score.characters >= CHARACTERS:
                    return


async def _meet(client: Client, folder: Path) -> None:
    params = {
        "processId": os.getpid(),
        "clientInfo": {"name": "ai-lsp demo", "version": ai_lsp.__version__},
        "rootUri": folder.as_uri(),
        "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
        "capabilities": {
            "general": {"positionEncodings": ["utf-32"]},
            "textDocument": {"inlineCompletion": {}},
        },
    }
    await client.request("initialize", params)
    client.notify("initialized", {})


async def _until_read(client: Client) -> None:
    """Wait while the server says that it is busy with the workspace."""
    await client.request("aiLsp/status")  # the server begins to read when it is asked for something
    try:
        async with asyncio.timeout(READING_TIME):
            while (await client.request("aiLsp/status"))["kind"] == "busy":  # noqa: ASYNC110  # it tells when asked
                await asyncio.sleep(0.02)
    except TimeoutError:
        return


def _conclude(score: Score) -> None:
    colour = has_colour(sys.stdout)
    rows = score.rows()
    width = max(len(what) for what, _, _ in rows)
    print()
    for what, figure, remark in rows:
        print(
            f"  {what:<{width}}  {styled(f'{figure:>9}', Style.BOLD, colour)}  {styled(remark, Style.FAINT, colour)}".rstrip()
        )
    print("\nThe same in Neovim 0.11 or newer: put this into ~/.config/nvim/init.lua\n")
    print("".join(f"    {line}\n" for line in neovim_lines().splitlines()))
