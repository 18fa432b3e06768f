"""Show the progress of a sync: as bars on a terminal, lines of text, JSON objects for programs, or not at all."""

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readq.cli.output.streams import print_json_line, say, unfiltered
from readq.services.feeds import sync_reports
from readq.services.feeds.sync_reports import Event, FeedEnded, FeedProgress, FeedReport, FeedStarted, SyncReport
from readq.text import one_line

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

KINDS = ("bar", "plain", "json", "none")
"""The kinds of progress display, which are the values of the option `sync --progress`."""


class ProgressListener:
    """A listener that receives the events of a sync and shows nothing. The other listeners are subclasses."""

    def __call__(self, event: Event) -> None:
        """Show an event of the sync. The base class does nothing."""

    def stop(self) -> None:
        """Stop drawing and restore the terminal. The base class does nothing."""


class _Lines(ProgressListener):
    """Prints a line for each feed that succeeded. The report at the end names the failed feeds."""

    def __call__(self, event: Event) -> None:
        if isinstance(event, FeedEnded) and event.report.status != "failed":
            say(f"{event.feed}: {in_words(event.report)}")


class _Objects(ProgressListener):
    """Prints each event as a JSON object on a line of standard output, and flushes the line at once."""

    def __call__(self, event: Event) -> None:
        print_json_line(sync_reports.event_as_json(event))


class _Bars(ProgressListener):
    """Draws a bar for each feed on standard error."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, FeedStarted):
            self._tasks[event.feed] = self._progress.add_task(
                one_line(event.feed), total=max(event.requests, 1), state=""
            )
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
            task = self._progress.add_task(one_line(event.feed), total=1, state="")
        if event.report.status != "failed":
            (total,) = [one.total for one in self._progress.tasks if one.id == task]
            self._progress.update(task, completed=total)
        self._progress.update(task, state=one_line(in_words(event.report)))

    def stop(self) -> None:
        self._progress.stop()


class _Lasting(ProgressListener):
    """Passes events to another listener until that raises an OSError. It keeps this error as `failure`.

    A closed pipe must not end the sync, which would then take it for a failure of the feeds.
    """

    def __init__(self, listener: ProgressListener) -> None:
        self._listener = listener
        self.failure: OSError | None = None

    def __call__(self, event: Event) -> None:
        if self.failure is None:
            try:
                self._listener(event)
            except OSError as error:
                self.failure = error

    def stop(self) -> None:
        self._listener.stop()


@contextlib.contextmanager
def shown(kind: str) -> Iterator[ProgressListener]:
    """Yield a listener that shows the progress of a sync until the end of the `with` block. `kind` is one of KINDS.

    At the end of the block, raises OSError if the progress could not be printed, for example to a closed pipe.
    """
    with _listener(kind) as listener:
        lasting = _Lasting(listener)
        yield lasting
    if lasting.failure is not None:
        raise lasting.failure


@contextlib.contextmanager
def _listener(kind: str) -> Iterator[ProgressListener]:
    if kind == "bar":
        with _bars() as progress:
            yield _Bars(progress)
    else:
        yield {"plain": _Lines, "json": _Objects}.get(kind, ProgressListener)()


def _bars() -> "Progress":
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    # Feed names and messages of servers may hold brackets: they are not markup. Bars need control sequences.
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        TextColumn("{task.fields[state]}", markup=False),
        console=Console(file=unfiltered(sys.stderr), highlight=False),
    )


def in_words(feed: FeedReport) -> str:
    """Return the result of fetching a feed as text, such as `17 new, 3 updated`. If the feed has a remark, append it.

    If no paper is new or updated, the text is `nothing new`. If the reason is that the server repeated the papers of an
    earlier day, the text is `same batch as before`. If the feed failed, the text is `failed`.
    """
    if feed.status == "failed":
        return "failed"
    if feed.new or feed.updated:
        counts = {"new": feed.new, "updated": feed.updated}
        result = ", ".join(f"{number:,} {name}" for name, number in counts.items() if number)
    else:
        result = "same batch as before" if feed.status == "stale" else "nothing new"
    return f"{result}: {feed.remark}" if feed.remark else result


def print_end(report: SyncReport) -> None:
    """Print the report on all feeds as a JSON object on one line. It is the last line of `--progress json`."""
    print_json_line({"event": "end", **sync_reports.as_json(report), "interrupted": report.interrupted})
