"""Libraries for the UI, and a driver that operates the UI without a terminal."""

import asyncio
import contextlib
import json
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from textual.events import Key
from textual.message import Message
from textual.message_pump import MessagePump
from textual.pilot import Pilot
from textual.timer import Timer
from textual.worker import WorkerCancelled

from readq.config import Config
from readq.days import parse_instant
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.services.review.cards import ReviewChoice
from readq.tui.app.app import ReadqApp
from readq.tui.app.start import build

NOW = "2026-11-23T09:00:00+01:00"
TITLES = ("Attention Is Enough", "Boosting Trees", "Causal Dreams", "Deep Gardens", "Entropy for Poets")


@pytest.fixture(autouse=True)
def _fixed_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLORFGBG", raising=False)
    monkeypatch.setenv("READQ_NOW", NOW)
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")


def daily(titles: tuple[str, ...]) -> list[dict[str, object]]:
    """Return a reply of Hugging Face Daily Papers with these titles; the first has the most upvotes."""
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


@pytest.fixture(scope="session")
def _imported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Path]:
    """Return a function that imports a feed file; files of equal content are imported once."""
    libraries: dict[str, Path] = {}

    def library(feed: Path) -> Path:
        content = feed.read_text()
        if content not in libraries:
            libraries[content] = tmp_path_factory.mktemp("imported") / "library.db"
            import_paths(str(libraries[content]), [str(feed)], ImportOptions(), parse_instant(NOW))
        return libraries[content]

    return library


@pytest.fixture
def library_of(tmp_path: Path, _imported: Callable[[Path], Path]) -> Callable[[tuple[str, ...]], str]:
    """Return a function that makes a library whose inbox holds papers with these titles, numbered from 1."""

    def make(titles: tuple[str, ...]) -> str:
        feed, library = tmp_path / "daily.json", tmp_path / "library.db"
        feed.write_text(json.dumps(daily(titles)))
        shutil.copy(_imported(feed), library)
        return str(library)

    return make


@pytest.fixture
def library_path(library_of: Callable[[tuple[str, ...]], str]) -> str:
    """Make a library with five papers in its inbox; return its path."""
    return library_of(TITLES)


@pytest.fixture
def raw(library_path: str) -> "Callable[[str, tuple[object, ...]], list[tuple[object, ...]]]":
    """Return a function that runs one SQL statement on the library, as another process would."""

    def run(statement: str, params: tuple[object, ...] = ()) -> list[tuple[object, ...]]:
        connection = sqlite3.connect(library_path)
        try:
            with connection:
                return connection.execute(statement, params).fetchall()
        finally:
            connection.close()

    return run


@contextlib.asynccontextmanager
async def running_ui(
    path: str, config: Config | None = None, size: tuple[int, int] = (120, 30), review: ReviewChoice | None = None
) -> AsyncIterator["UiDriver"]:
    """Run the UI over a library, without a terminal. If `review` is not None, it opens with this review."""
    app = build(path, config or Config(), review=review)
    activity = Activity(app)
    async with app.run_test(size=size, notifications=True, message_hook=activity.count) as pilot:
        ui = UiDriver(app, pilot, activity)
        await ui.wait_until_idle()
        yield ui
    app.session.writer.close(10)
    app.session.reader.close(10)
    app.session.library.close()


_POLL_INTERVAL = 0.001
_SHORT_TIMER = 0.2
"""Longest delay, in seconds, of the debounce timers that count as pending work."""


class Activity:
    """Finds out whether the UI has work to do. Textual can only wait for some of it, or for an idle processor."""

    def __init__(self, app: ReadqApp) -> None:
        self._app = app
        self._dispatched = 0

    def count(self, _message: Message) -> None:
        """Count a message that a widget, a screen or the app begins to handle."""
        self._dispatched += 1

    async def pending(self) -> list[str]:
        """Describe the pending messages, writes, workers, short timers and refreshes. Return [] when the UI is idle."""
        app = self._app
        with contextlib.suppress(WorkerCancelled):
            # The command palette cancels its search at each new letter.
            await app.workers.wait_for_complete()
        if app.is_running:
            app.screen._on_timer_update()
        others = await self._handle_queued_messages()
        pending = [f"{others} messages"] if others else []
        pending += [str(worker) for worker in app.workers if not worker.is_finished]
        if app.is_running:
            # After its end the app takes no result: quitting interrupts reads, and names the writes that were not done.
            for kind, thread in (("writes", app.session.writer), ("reads", app.session.reader)):
                pending += [f"{thread.pending} {kind}"] if thread.pending else []
            pending += [f"messages of {node}" for node in self._nodes() if node.message_queue_size]
            pending += [f"{timer} of {node}" for node in self._nodes() for timer in node._timers if _is_pending(timer)]
            screen = app.screen
            if screen._callbacks or screen._layout_required or screen._dirty_widgets:
                pending.append(f"refresh of {screen}")
        return pending

    async def _handle_queued_messages(self) -> int:
        """Wait until all messages queued now are handled. Return how many others were handled as well."""
        before, waiting = self._dispatched, 0

        def handled() -> None:
            nonlocal waiting
            waiting -= 1

        nodes = [node for node in self._nodes() if node.call_later(handled)]
        waiting += len(nodes)
        while waiting and self._app.is_running:
            await asyncio.sleep(_POLL_INTERVAL)
        return max(0, self._dispatched - before - len(nodes))

    def _nodes(self) -> list[MessagePump]:
        return [self._app, *self._app._registry] if self._app.is_running else []


def _is_pending(timer: Timer) -> bool:
    fires_once_soon = timer._repeat == 0 and timer._interval <= _SHORT_TIMER
    return fires_once_soon and timer._task is not None and not timer._task.done()


class UiDriver:
    """Presses keys, waits until the UI is idle, and reads the screen."""

    def __init__(self, app: ReadqApp, pilot: Pilot[None], activity: Activity) -> None:
        self.app = app
        self.pilot = pilot
        self._activity = activity

    def queue_keys(self, *keys: str) -> None:
        """Queue keys by name, all before the first is handled."""
        for key in keys:
            name, character = TYPED.get(key, (key, key if len(key) == 1 else None))
            self.app.post_message(Key(name, character))

    async def press(self, *keys: str) -> None:
        """Queue keys by name and wait until the UI is idle."""
        self.queue_keys(*keys)
        await self.wait_until_idle()

    async def type(self, text: str) -> None:
        """Type each character of a text, and wait until the UI is idle."""
        await self.press(*text)

    async def wait_until_idle(self, seconds: float = 30) -> None:
        """Wait until no message, write, worker, debounce timer or refresh is pending."""
        deadline = time.monotonic() + seconds
        while pending := await self._activity.pending():
            assert time.monotonic() < deadline, f"still pending: {pending}"
            await asyncio.sleep(_POLL_INTERVAL)
        if self.app._exit and self.app._task is not None:
            # The test ends the app as well, and two ends at a time cancel each other.
            await asyncio.wait({self.app._task}, timeout=seconds)

    async def wait_until(self, condition: Callable[[], object], seconds: float = 30) -> None:
        """Wait until a condition holds, whatever else the UI is doing."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"the condition never held on this screen:\n{self.text()}"
            await asyncio.sleep(_POLL_INTERVAL)

    def lines(self) -> list[str]:
        """Return the lines of the screen. Only this method asks the compositor."""
        strips = self.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def text(self) -> str:
        """Return the text of the screen."""
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
"""Textual's key name and the character of keys whose name differs from their character."""


@pytest.fixture
def open_ui() -> Callable[..., AbstractAsyncContextManager[UiDriver]]:
    """Return a function that runs the UI: `async with open_ui(path, config, size) as ui`."""
    return running_ui
