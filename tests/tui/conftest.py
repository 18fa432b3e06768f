"""Libraries for the screens, and a terminal whose surroundings do not matter."""

import contextlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from textual.events import Key
from textual.pilot import Pilot

from readq.config import Config
from readq.days import parse_instant
from readq.services.importing import import_files as importing
from readq.tui.app.app import ReadqApp, build

NOW = "2026-11-23T09:00:00+01:00"
TITLES = ("Attention Is Enough", "Boosting Trees", "Causal Dreams", "Deep Gardens", "Entropy for Poets")


@pytest.fixture(autouse=True)
def _steady_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORFGBG", raising=False)
    monkeypatch.setenv("READQ_NOW", NOW)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


def daily(titles: tuple[str, ...]) -> list[dict[str, object]]:
    """A reply of Hugging Face's daily papers with these titles; the first has the most upvotes."""
    return [
        {
            "paper": {
                "id": f"2611.{number:05d}",
                "title": title,
                "summary": f"Abstract of paper {number}. " + "It goes on for a while. " * 30,
                "authors": [{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}],
                "publishedAt": "2026-11-19T00:00:00.000Z",
                "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
                "upvotes": 50 - number,
            },
            "title": title,
            "publishedAt": "2026-11-19T00:00:00.000Z",
        }
        for number, title in enumerate(titles, 1)
    ]


@pytest.fixture
def library_of(tmp_path: Path) -> Callable[[tuple[str, ...]], str]:
    """Makes a library whose inbox holds papers of these titles, numbered from 1 in their order."""

    def make(titles: tuple[str, ...]) -> str:
        feed, library = tmp_path / "daily.json", tmp_path / "library.db"
        feed.write_text(json.dumps(daily(titles)))
        importing.import_paths(str(library), [str(feed)], importing.ImportOptions(), parse_instant(NOW))
        return str(library)

    return make


@pytest.fixture
def library_path(library_of: Callable[[tuple[str, ...]], str]) -> str:
    """A library with five papers in its inbox."""
    return library_of(TITLES)


@pytest.fixture
def raw(library_path: str) -> "Callable[[str, tuple[object, ...]], list[tuple[object, ...]]]":
    """Runs one statement on the library behind readq's back."""

    def run(statement: str, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(library_path)
        try:
            with connection:
                return connection.execute(statement, params).fetchall()
        finally:
            connection.close()

    return run


@contextlib.asynccontextmanager
async def on_screen(
    path: str, config: Config | None = None, size: tuple[int, int] = (120, 30)
) -> AsyncIterator["Seat"]:
    """The UI over a library, in front of a reader."""
    app = build(path, config or Config())
    async with app.run_test(size=size, notifications=True) as pilot:
        seat = Seat(app, pilot)
        await seat.settle()
        yield seat
    app.desk.writer.close(10)
    app.desk.library.close()


class Seat:
    """A reader at the keys, who waits until what was done is done."""

    def __init__(self, app: ReadqApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def press(self, *keys: str) -> None:
        """Press keys by their names, faster than the screen can follow: all are queued before the first is acted on."""
        for key in keys:
            name, character = TYPED.get(key, (key, key if len(key) == 1 else None))
            self.app.post_message(Key(name, character))
        await self.settle()

    async def burst(self, letters: str) -> None:
        """Type letters just as fast."""
        await self.press(*letters)

    async def settle(self) -> None:
        """Wait for the writer, workers and timers of the screen, and for the last paint."""
        await self.app.workers.wait_for_complete()
        for _ in range(200):
            await self.pilot.pause()
            if not self.app.desk.writer.pending:
                break
        await self.pilot.pause(0.2)

    def lines(self) -> list[str]:
        """What is on the screen, line by line. The one place that knows how to ask the compositor."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(self.lines())


TYPED = {
    "/": ("slash", "/"),
    ":": ("colon", ":"),
    "-": ("minus", "-"),
    " ": ("space", " "),
    "space": ("space", " "),
    "\r": ("enter", "\r"),
    "enter": ("enter", "\r"),
}
"""Keys whose name is not what they type."""


@pytest.fixture
def open_ui() -> Callable[..., AbstractAsyncContextManager[Seat]]:
    """Opens the UI: `async with open_ui(path, config, size) as seat`."""
    return on_screen
