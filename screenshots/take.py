"""Take the README's screenshots from the demo library, by pressing keys. Run: python screenshots/take.py"""

import asyncio
import os
import re
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
SIZE = (118, 28)

SHOTS = {
    "queue": ["5", "a", "d", *["j"] * 8],
    "paper": ["2", "j", "enter"],
    "review": ["v", "space"],
    "feeds": ["F", "G"],
    "help": ["question_mark"],
}
"""The keys to press from the start for each screenshot."""


async def take(library: str, keys: list[str], title: str) -> str:
    """Press `keys` and return the screen as SVG, equal in every run."""
    from readq.config import Config
    from readq.tui.app.start import build

    app = build(library, Config(sync_at_start=False))
    app.context.demo = True
    async with app.run_test(size=SIZE) as pilot:
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


def main() -> None:
    """Write one SVG for each entry of SHOTS."""
    from readq.services.demo import library as demo

    os.environ["READQ_NOW"] = demo.CLOCK
    os.environ["TEXTUAL_ANIMATIONS"] = "none"
    from readq.clock import now

    for name, keys in SHOTS.items():
        with tempfile.TemporaryDirectory() as folder:
            library = demo.fill(folder, now())
            svg = asyncio.run(take(library, keys, f"readq — {name}"))
        (FOLDER / f"{name}.svg").write_text(svg)


if __name__ == "__main__":
    main()
