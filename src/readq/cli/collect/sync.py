"""`readq sync`."""

import argparse
import contextlib
import signal
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import FrameType

from readq.cli.context import Context
from readq.cli.output import sync_progress
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.days import local_day, parse_day, parse_instant
from readq.errors import UsageError
from readq.services import network as servers
from readq.services.feeds import sync_reports as reports
from readq.services.feeds.health import moment
from readq.services.feeds.interruption import Interruption
from readq.services.feeds.sync import SyncOptions, sync
from readq.services.feeds.sync_reports import FeedReport, SyncReport
from readq.text import counted

USAGE = "[NAME…]"
DESCRIPTION = """\
Pull the feeds: all of them, or those named. Days that were missed are filled
in, and votes of the last week are brought up to date. What you decided never
changes by it. Ctrl-C ends it after the current write. A feed that failed is
left alone for a while, twice as long after each failure; naming it asks at
once."""
EXAMPLE = "readq sync"

_QUIET_FOR = timedelta(hours=24)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a feed, as feed list shows it")
    parser.add_argument("--since", metavar="DATE", help="from this day on at the latest: 2026-11-01, yesterday")
    parser.add_argument("--quiet", action="store_true", help="speak only of feeds that have failed for 24 hours")
    parser.add_argument("--dry-run", action="store_true", help="say what would come in, and keep nothing")
    parser.add_argument(
        "--progress", metavar="HOW", help="bar, plain, none, or json: one object a line on stdout, for programs"
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Sync, and report: a line for each failure, one for all."""
    if arguments.progress is not None and arguments.progress not in sync_progress.WAYS:
        raise UsageError(f"unknown progress {arguments.progress!r}", f"one of {', '.join(sync_progress.WAYS)}")
    since = parse_day(arguments.since, local_day(now())) if arguments.since is not None else None
    options = SyncOptions(tuple(arguments.names), since, arguments.dry_run, context.config.busy_timeout)
    way = arguments.progress or ("none" if arguments.quiet else _usual_way(context))
    report, status = pull(context, options, way)
    if way == "json":
        sync_progress.print_end(report)
    elif context.wants_json:
        print_json(reports.as_json(report))
    else:
        tell(report, now(), quiet=arguments.quiet, dry_run=arguments.dry_run)
    return status


def pull(context: Context, options: SyncOptions, way: str | None = None) -> tuple[SyncReport, int]:
    """Run a sync before the reader's eyes; returns its report and the exit status."""
    from readq.services.enrichment.enrich import queued_completion

    interruption = Interruption()
    with sync_progress.shown(way or _usual_way(context)) as listener, _ending(interruption, listener.stop) as ended_by:
        network = servers.Servers(context.library_path, context.config, now)
        completion = queued_completion(context.library_path, network.endpoints, context.config.busy_timeout)
        options = options._replace(follow_up=completion)
        report = sync(context.library_path, network, options, now, listener, interruption)
    status = 128 + ended_by[0] if ended_by else int(report.failed)
    return report, status


def _usual_way(context: Context) -> str:
    if context.wants_json:
        return "none"
    return "bar" if sys.stderr.isatty() else "plain"


@contextlib.contextmanager
def _ending(interruption: Interruption, and_then: "sync_progress.Stop") -> Iterator[list[int]]:
    """The first signal ends the sync after the current write, a second one the process at once."""
    ended_by: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        ended_by.append(number)
        for each in former:
            signal.signal(each, signal.SIG_DFL)
        interruption.request()
        # So that a second signal leaves a terminal behind that can be used.
        and_then()

    heard = [one for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) != signal.SIG_IGN]
    former = {one: signal.signal(one, end) for one in heard}
    try:
        yield ended_by
    finally:
        for one, handler in former.items():
            signal.signal(one, handler)


def tell(report: SyncReport, at: datetime, *, quiet: bool = False, dry_run: bool = False) -> None:
    """Name each failure in a line; then one line for all, unless `quiet`."""
    for message in () if quiet else report.messages:
        say(message)
    for name, feed in report.feeds.items():
        if feed.status == "failed" and (not quiet or _failing_for_a_day(feed, at)):
            say(f"error: {name}: {_failure(feed, at, since=quiet)}")
    if quiet:
        return
    for part in report.rejected:
        say(f"error: {part.where}: {part.why}")
    print(_summary(report) + (" (dry run: nothing was kept)" if dry_run else ""))


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
