"""How a sync is watched: bars on a terminal, lines elsewhere, an object a line for programs, or not at all."""

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from readq.cli.output.streams import say
from readq.services.feeds import sync_reports as reports
from readq.services.feeds.sync_reports import Event, FeedEnded, FeedProgress, FeedReport, FeedStarted, SyncReport

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

WAYS = ("bar", "plain", "json", "none")

Stop = Callable[[], None]


class Watching:
    """Listens to a sync and shows nothing of it."""

    def __call__(self, event: Event) -> None:
        """Take note of an event."""

    def stop(self) -> None:
        """Leave the terminal as it was."""


class _Lines(Watching):
    """A line for each feed that has ended well; failures are named at the end of all."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, FeedEnded) and event.report.status != "failed":
            say(f"{event.feed}: {in_words(event.report)}")


class _Objects(Watching):
    """A JSON object a line on standard output, each written out at once."""

    def __call__(self, event: Event) -> None:
        _print_line(reports.event_as_json(event))


class _Bars(Watching):
    """A bar for each feed on standard error."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, FeedStarted):
            self._tasks[event.feed] = self._progress.add_task(event.feed, total=max(event.requests, 1), state="")
        elif isinstance(event, FeedProgress):
            state = f"{event.new:,} new" if event.new else ""
            self._progress.update(
                self._tasks[event.feed], completed=event.done, total=max(event.requests, 1), state=state
            )
        else:
            self._end(event)

    def _end(self, event: FeedEnded) -> None:
        task = self._tasks.get(event.feed)
        if task is None:
            task = self._progress.add_task(event.feed, total=1, state="")
        if event.report.status != "failed":
            (total,) = [one.total for one in self._progress.tasks if one.id == task]
            self._progress.update(task, completed=total)
        self._progress.update(task, state=in_words(event.report))

    def stop(self) -> None:
        self._progress.stop()


@contextlib.contextmanager
def shown(way: str) -> Iterator[Watching]:
    """Watch a sync in one of WAYS."""
    if way == "bar":
        with _bars() as progress:
            yield _Bars(progress)
    else:
        yield {"plain": _Lines, "json": _Objects}.get(way, Watching)()


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    # Names are a reader's and words a server's: neither is markup.
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[state]}", markup=False),
        console=Console(stderr=True, highlight=False),
    )


def in_words(feed: FeedReport) -> str:
    """How a pull went: `17 new, 3 updated`, `nothing new: no announcement on a weekend`, `same batch as before`."""
    if feed.status == "failed":
        return "failed"
    if feed.new or feed.updated:
        said = ", ".join(f"{count:,} {what}" for count, what in ((feed.new, "new"), (feed.updated, "updated")) if count)
    else:
        said = "same batch as before" if feed.status == "stale" else "nothing new"
    return f"{said}: {feed.remark}" if feed.remark else said


def print_end(report: SyncReport) -> None:
    """The last line for programs."""
    _print_line({"event": "end", **reports.as_json(report), "interrupted": report.interrupted})


def _print_line(value: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()
