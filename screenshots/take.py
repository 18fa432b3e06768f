"""Take the README's screenshots from the demo library, by pressing keys. Run: python screenshots/take.py

The first picture is a PNG, for pages that show no SVG; `rsvg-convert` makes it.

With `--every FOLDER`, take further screens too, in both themes and four sizes, to look at: `queue-light-80x24.svg` and
so on; names of screens limit them: `--every FOLDER queue help`. They are written as SVG, and as PNG too where
`rsvg-convert` is installed.
"""

import argparse
import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from itertools import product
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SIZE = (118, 28)
FIRST, FIRST_SIZE = "queue", (160, 32)
"""The first picture of the README, wide enough for the paper beside the list."""
SIZES = ((60, 18), (80, 24), (120, 40), (200, 60))
THEMES = ("dark", "light")

SHOTS = {
    FIRST: ["5", "a", "d", *["j"] * 14],
    "paper": ["2", "j", "enter"],
    "review": ["v", "space"],
    "feeds": ["F", "G"],
    "help": ["question_mark"],
}
"""The keys to press from the start for each screenshot."""

MORE_SHOTS = {
    "inbox": ["a", "d", "s", "space", "space"],
    "filter": ["/", *"reason"],
    "note": ["n"],
    "sort": ["S"],
    "views": ["apostrophe"],
    "palette": ["colon", *"view"],
    "steps": ["U"],
    "claim": ["2", "f"],
    "review-prompt": ["v"],
    "review-recall": ["v", "r", *"that it is linear", "enter"],
    "review-history": ["v", "space", "h"],
    "review-end": ["v", *["space", "3"] * 12],
    "backlog": ["v", "H"],
    "figures": ["V"],
    "heading": ["left_curly_bracket", "enter"],
}
"""Further screens to look at, which the README does not show."""


async def take(library: str, keys: list[str], title: str, size: tuple[int, int], theme: str) -> str:
    """Press `keys` and return the screen as SVG, equal in every run."""
    from readq.config import Config
    from readq.tui.app.start import build

    app = build(library, Config(sync_at_start=False, theme=theme))
    app.context.demo = True
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        for key in keys:
            await pilot.press(key)
            await app.workers.wait_for_complete()
            await pilot.pause()
        await pilot.pause()
        svg = app.export_screenshot(title=title, simplify=False)
        await app.shutdown.leave()
    app.session.library.close()
    return re.sub(r"terminal-\d+", "terminal", svg)


def write(path: Path, keys: list[str], size: tuple[int, int], theme: str, *, as_png: bool) -> None:
    """Write a screenshot to `path`, and as PNG too if that is wanted and the program that makes it is installed."""
    from readq.clock import now
    from readq.services.demo import library as demo

    with tempfile.TemporaryDirectory() as temporary:
        os.environ["XDG_STATE_HOME"] = temporary
        library = demo.fill(temporary, now())
        svg = asyncio.run(take(library, keys, f"readq — {path.stem.partition('-')[0]}", size, theme))
    path.write_text(svg)
    converter = shutil.which("rsvg-convert")
    if as_png and converter:
        # It takes the spaces at the ends of a text for nothing, unless it is told otherwise.
        kept = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
        command = [converter, "--zoom", "0.7", "--output", path.with_suffix(".png")]
        subprocess.run(command, input=kept.encode(), check=True)  # noqa: S603 - the words are our own


def main() -> None:
    """Write the screenshots of the README, or every one that there is."""
    from readq.services.demo import library as demo

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", metavar="FOLDER", type=Path, help="every screen in both themes and four sizes")
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these screens")
    arguments = parser.parse_args()
    folder = arguments.every
    os.environ["READQ_NOW"] = demo.CLOCK
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    if folder is None:
        for name, keys in SHOTS.items():
            is_first = name == FIRST
            path = FOLDER / f"{name}.svg"
            write(path, keys, FIRST_SIZE if is_first else SIZE, "dark", as_png=is_first)
            if is_first:
                path.unlink()
        return
    folder.mkdir(parents=True, exist_ok=True)
    for (name, keys), theme, size in product({**SHOTS, **MORE_SHOTS}.items(), THEMES, SIZES):
        if arguments.names and name not in arguments.names:
            continue
        write(folder / f"{name}-{theme}-{size[0]}x{size[1]}.svg", keys, size, theme, as_png=True)


if __name__ == "__main__":
    main()
