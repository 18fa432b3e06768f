"""`readq sync`: fetch the feeds, and store the new papers in the library."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from types import FrameType

from readq import log
from readq.cli.arguments import DRY_RUN_NOTE, add_dry_run, refuse_unknown
from readq.cli.context import Context
from readq.cli.output import sync_progress
from readq.cli.output.reports import report_rejected
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.days import local_day, parse_instant, parse_past_day
from readq.model.import_report import ImportReport
from readq.services.feeds import sync_reports
from readq.services.feeds.health import moment
from readq.services.feeds.interruption import Interruption
from readq.services.feeds.sync import SyncOptions, sync
from readq.services.feeds.sync_reports import FeedReport, SyncReport
from readq.services.importing.report_lines import identity_lines, left_out_lines
from readq.services.network import Servers
from readq.text import counted

USAGE = "[NAME…]"
DESCRIPTION = """\
Pull all feeds, or those named. sync fills in the days that you missed, and
updates the upvotes of the last week. It never changes your decisions, notes or
tags. Ctrl+C stops it after the current write. A failed feed is retried later,
after a wait that doubles with each failure; name the feed to retry at once."""
EXAMPLE = "readq sync"
IS_LOGGED = True

_QUIET_FOR = timedelta(hours=24)
_MOST_JOINS = 3
"""The largest number of entries of one kind that the printed report names. Left-out entries are one kind.

The JSON output names all entries.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq sync`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a feed, by its name in readq feed list")
    parser.add_argument(
        "--since",
        metavar="DATE",
        help="pull also the days from DATE, such as 2026-11-01, yesterday, 7d or fri; feeds at a URL, hf:trending and "
        "hf:search have no past days",
    )
    parser.add_argument("--quiet", action="store_true", help="report only feeds that have failed for 24 hours")
    add_dry_run(parser)
    parser.add_argument("--progress", metavar="HOW", help="bar, plain, none, or json: one object per line on stdout")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Fetch the feeds and store their papers. Return the exit status that `pull` returns.

    Print a line for each feed that failed and a line with the totals. With `--json`, print JSON in place of these
    lines.
    """
    refuse_unknown("progress", arguments.progress, sync_progress.KINDS)
    since = parse_past_day(arguments.since, local_day(now())) if arguments.since is not None else None
    options = SyncOptions(tuple(arguments.names), since, arguments.dry_run, context.config.busy_timeout)
    progress = arguments.progress or ("none" if arguments.quiet else _default_progress(context))
    report, status = pull(context, options, progress)
    if not arguments.dry_run:
        context.index_new_pdfs()
    if progress == "json" or context.wants_json:
        say_messages(report, quiet=arguments.quiet)
    if progress == "json":
        sync_progress.print_end(report)
    elif context.wants_json:
        print_json(sync_reports.as_json(report))
    else:
        print_report(report, now(), quiet=arguments.quiet, dry_run=arguments.dry_run)
    return status


def pull(context: Context, options: SyncOptions, progress: str | None = None) -> tuple[SyncReport, int]:
    """Run a sync with `options`, and show its progress. Return the report on the sync, and the exit status.

    `progress` is one of `sync_progress.KINDS`. If it is None, the kind is `none` for JSON output, `bar` on a terminal,
    and otherwise `plain`. The status is 1 if a feed failed or an entry was rejected, else 0. If a signal ended the
    sync, the status is 128 plus the number of the signal. Raises SyncRunningError if another process is syncing the
    library.
    """
    if options.dry_run:
        context.warn_of_damage()
    else:
        context.prepare_to_write()
    from readq.services.enrichment.enrich import queued_completion
    from readq.services.importing.ingest import IngestOptions

    interruption = Interruption()
    kind = progress or _default_progress(context)
    shown = sync_progress.shown(kind)
    with shown as listener, _ended_by_signals(interruption, listener.stop) as signals:
        network = Servers(context.library_path, context.config, now)
        key_form = context.config.key_form
        writing = IngestOptions(context.config.busy_timeout, key_form=key_form)
        completion = queued_completion(context.library_path, network.endpoints, writing)
        options = options._replace(follow_up=completion, key_form=key_form)
        report = sync(context.library_path, network, options, now, listener, interruption)
        if report.new and not options.dry_run and not signals:
            context.refresh_interest()
    # The lines of plain progress are in the log already.
    for name, feed in report.feeds.items() if kind != "plain" else ():
        log.message(f"{name}: {sync_progress.in_words(feed)}")
    return report, 128 + signals[0] if signals else int(report.failed)


def _default_progress(context: Context) -> str:
    if context.wants_json:
        return "none"
    return "bar" if sys.stderr.isatty() else "plain"


@contextlib.contextmanager
def _ended_by_signals(interruption: Interruption, restore_terminal: Callable[[], None]) -> Iterator[list[int]]:
    """End the sync after the current write at the first signal, and the process at the second.

    Yields the list of signals received. Signals that the parent process ignores stay ignored.
    """
    received: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        received.append(number)
        for each in former:
            signal.signal(each, signal.SIG_DFL)
        interruption.request()
        # A second signal ends the process without cleaning up.
        restore_terminal()

    handled = [one for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) != signal.SIG_IGN]
    former = {one: signal.signal(one, end) for one in handled}
    try:
        yield received
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)


def print_report(report: SyncReport, at: datetime, *, quiet: bool = False, dry_run: bool = False) -> None:
    """Print a line for each feed that failed, and a line with the totals. Times are relative to `at`, the present time.

    If `quiet` is True, print only the feeds that have failed for 24 hours. If `dry_run` is True, add that nothing was
    stored.
    """
    say_messages(report, quiet=quiet)
    for name, feed in report.feeds.items():
        if feed.status == "failed" and (not quiet or _failing_for_a_day(feed, at)):
            say(f"error: {name}: {_failure(feed, at, since=quiet)}")
    if not quiet:
        report_rejected(report.rejected)
        for line in identity_lines(ImportReport(joined=report.joined, look_alikes=report.look_alikes), _MOST_JOINS):
            say(line)
        for line in left_out_lines(report.left_out, _MOST_JOINS):
            say(line)
        print(_summary(report) + (DRY_RUN_NOTE if dry_run else ""))


def say_messages(report: SyncReport, *, quiet: bool = False) -> None:
    """Print the messages of a sync to standard error, such as that two papers were merged. If `quiet`, print none."""
    for message in () if quiet else report.messages:
        say(message)


def _failing_for_a_day(feed: FeedReport, at: datetime) -> bool:
    return feed.failed_since is not None and at - parse_instant(feed.failed_since) >= _QUIET_FOR


def _failure(feed: FeedReport, at: datetime, *, since: bool) -> str:
    start = f"failing since {moment(feed.failed_since, at)}: " if since and feed.failed_since else ""
    again = f" (next try {moment(feed.next_try, at)})" if feed.next_try else ""
    return f"{start}{feed.error}{again}"


def _summary(report: SyncReport) -> str:
    if not report.feeds:
        return "no feeds yet (readq feed add hf:daily)"
    parts = [f"{report.new:,} new", f"{report.updated:,} updated", f"{report.unchanged:,} unchanged"]
    failed = sum(feed.status == "failed" for feed in report.feeds.values())
    parts += [f"{len(report.rejected):,} rejected"] if report.rejected else []
    parts += [f"{failed} failed"] if failed else []
    start = "interrupted: " if report.interrupted else ""
    return f"{start}{counted(len(report.feeds), 'feed')}: {', '.join(parts)}"
