"""`readq feed`."""

import argparse
import shutil
import sys
import textwrap
from collections.abc import Sequence

from readq.cli.collect import sync
from readq.cli.context import Context
from readq.cli.output.streams import print_json, print_outcome, say
from readq.clock import now
from readq.errors import ReadqError, SyncRunningError, UsageError
from readq.feeds.spec import help_lines
from readq.services.feeds import health as feed_health
from readq.services.feeds import sync_reports as reports
from readq.services.feeds.health import FeedHealth
from readq.services.feeds.sync import SyncOptions
from readq.services.feeds.sync_reports import SyncReport
from readq.text import counted, one_line

USAGE = "[list|add SPEC|remove NAME…|import FILE|export]"
DESCRIPTION = f"""\
The places where papers turn up. SPEC is one of
{help_lines()}
add pulls the feed at once: the last 7 days, of arXiv the latest announcement.
remove keeps the papers. import and export exchange the list with other readers."""
EXAMPLE = "readq feed add hf:daily"

_WHAT = ("list", "add", "remove", "import", "export")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", nargs="?", default="list", metavar="|".join(_WHAT), help="list is the default")
    parser.add_argument("words", nargs="*", metavar="SPEC, NAME or FILE", help="what to add, remove or import")
    parser.add_argument("--name", metavar="NAME", help="what to call an added feed")
    parser.add_argument("--no-sync", action="store_true", help="do not pull an added feed now")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Do what was asked."""
    what, words = arguments.what, arguments.words
    if what not in _WHAT:
        raise UsageError(f"unknown {what!r}", f"one of {', '.join(_WHAT)}")
    if arguments.name is not None and what != "add":
        raise UsageError("--name goes with feed add")
    if what in ("list", "export") and words:
        raise UsageError(f"feed {what} takes no {words[0]!r}", "see readq feed --help")
    if what in ("add", "import") and len(words) != 1:
        raise UsageError(f"feed {what} takes one {'SPEC' if what == 'add' else 'file'}", "see readq feed --help")
    if what == "remove" and not words:
        raise UsageError("which feed?", "name it as feed list shows it")
    if what == "list":
        return _list(context)
    if what == "export":
        return _export(context)
    if what == "remove":
        return _remove(words, context)
    return _import(words[0], context) if what == "import" else _add(words[0], arguments, context)


def _list(context: Context) -> int:
    moment = now()
    with context.reading() as connection:
        feeds = feed_health.health(connection, moment)
    if context.wants_json:
        print_json([feed_health.as_json(one) for one in feeds])
    elif sys.stdout.isatty():
        _print_table(feeds)
    else:
        for one in feeds:
            fields = (one.name, one.spec, one.status, one.last_success or "", one.newest or "", str(one.papers))
            print("\t".join(map(one_line, (*fields, one.words))))
    return 0


_NAME = 24
"""The width of the column of names; a longer one has a line of its own."""


def _print_table(feeds: Sequence[FeedHealth]) -> None:
    from rich.cells import cell_len, set_cell_size

    if not feeds:
        print("no feeds yet (readq feed add hf:daily)")
        return
    moment = now()
    head = ("feed", "last success", "newest", "new today", "papers", "state")
    rows = [
        (
            one_line(one.name),
            feed_health.moment(one.last_success, moment) if one.last_success else "never",
            one.newest or "",
            f"{one.new_today:,}",
            f"{one.papers:,}",
            one_line(one.words),
        )
        for one in feeds
    ]
    widths = [max(cell_len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    widths[0] = min(widths[0], _NAME)
    window = max(shutil.get_terminal_size().columns, 40)
    for row in (head, *rows):
        *cells, words = row
        if cell_len(cells[0]) > _NAME:
            # Nor is a name: it is what sync and remove are told.
            print(cells[0])
            cells[0] = ""
        line = "  ".join(set_cell_size(cell, width) for cell, width in zip(cells, widths, strict=False))
        if cell_len(line) + 2 + cell_len(words) <= window:
            print(f"{line}  {words}".rstrip())
        else:
            # Why a feed failed and when it is asked again is never cut: it has lines of its own.
            print(set_cell_size(line, window).rstrip())
            print(textwrap.fill(words, window, initial_indent="    ", subsequent_indent="    "))


def _export(context: Context) -> int:
    from readq.feeds import opml
    from readq.services.feeds.subscriptions import export_list

    with context.reading() as connection:
        print(opml.write(export_list(connection)).decode(), end="")
    return 0


def _remove(names: Sequence[str], context: Context) -> int:
    from readq.services.feeds.subscriptions import remove

    with context.writing() as connection:
        outcome = remove(connection, names, now())
    if context.wants_json:
        print_outcome(outcome, outcome.missing)
    for name in outcome.missing:
        say(f"error: no feed {name!r} (see readq feed list)")
    if outcome.changed and not context.wants_json:
        step = f" (step {outcome.step})" if outcome.step else ""
        print(f"{counted(outcome.changed, 'feed')} removed, the papers stay{step}")
    return int(bool(outcome.missing))


def _add(spec: str, arguments: argparse.Namespace, context: Context) -> int:
    from readq.services.feeds.subscriptions import add, checked_name
    from readq.services.network import Servers

    servers = Servers(context.library_path, context.config, now)
    # What can be refused is refused before a library is made.
    servers.source(spec)
    if arguments.name is not None:
        checked_name(arguments.name)
    with context.creating() as connection:
        added = add(connection, spec, servers.source, now(), arguments.name)
    if not added.is_new:
        say(f"{added.name} is pulled already: nothing changed")
    elif not context.wants_json:
        print(f"added {added.name}: {one_line(added.spec)}" + (f" (step {added.step})" if added.step else ""))
    report, status = (None, 0)
    if added.is_new and not arguments.no_sync:
        report, status = _pull(added.name, context)
    if context.wants_json:
        with context.reading() as connection:
            (health,) = [one for one in feed_health.health(connection, now()) if one.name == added.name]
        print_json(
            {
                "changed": int(added.is_new),
                "unchanged": int(not added.is_new),
                "missing": [],
                "step": added.step,
                "feed": feed_health.as_json(health),
                "sync": None if report is None else reports.as_json(report),
            }
        )
    elif report is not None:
        sync.tell(report, now())
    return status


def _pull(name: str, context: Context) -> tuple[SyncReport | None, int]:
    """Pull a feed that was just added; it stays added when that fails."""
    try:
        return sync.pull(context, SyncOptions((name,), busy_timeout=context.config.busy_timeout))
    except SyncRunningError as error:
        say(f"error: {name} is added, but not pulled yet: {error}")
        return None, 1


def _import(path: str, context: Context) -> int:
    from readq.feeds import opml
    from readq.services.feeds.subscriptions import import_list
    from readq.services.network import Servers

    outlines = opml.read(_bytes_of(path, opml.MAX_SIZE + 1))
    servers = Servers(context.library_path, context.config, now)
    with context.creating() as connection:
        imported = import_list(connection, outlines, servers.source, now())
    for part in imported.rejected:
        say(f"error: {part.where}: {part.why}")
    if context.wants_json:
        print_json(
            {
                "found": len(imported.added) + imported.unchanged + len(imported.rejected),
                "new": len(imported.added),
                "updated": 0,
                "unchanged": imported.unchanged,
                "rejected": [part._asdict() for part in imported.rejected],
            }
        )
    else:
        there = f", {imported.unchanged} as before" if imported.unchanged else ""
        step = f" (step {imported.step})" if imported.step else ""
        then = "; readq sync pulls them" if imported.added else ""
        print(f"{counted(len(imported.added), 'feed')} added{there}{step}{then}")
    return int(bool(imported.rejected))


def _bytes_of(path: str, most: int) -> bytes:
    """The first bytes of a file, or of standard input (`-`)."""
    if path == "-":
        return sys.stdin.buffer.read(most)
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except OSError as error:
        raise ReadqError(f"cannot read {path}: {error.strerror}", "check the path") from error
