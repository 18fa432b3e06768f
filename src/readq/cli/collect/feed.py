"""`readq feed`: list, add, remove, import and export feeds."""

import argparse
import shlex
import sys
from collections.abc import Sequence

from readq.cli.arguments import refuse_unknown
from readq.cli.collect import sync
from readq.cli.context import Context
from readq.cli.output.reports import intake_as_json, print_outcome, report_rejected, step_note
from readq.cli.output.streams import print_json, say, use_utf8
from readq.clock import now
from readq.errors import ReadqError, SyncRunningError, UsageError
from readq.feeds.secrets import masked
from readq.feeds.spec import help_lines
from readq.services.feeds import health, sync_reports
from readq.services.feeds.sync import SyncOptions
from readq.services.feeds.sync_reports import SyncReport
from readq.text import counted, one_line, quoted

USAGE = "[list|add SPEC|remove NAME…|import FILE|export]"
DESCRIPTION = f"""\
List, add and remove the feeds that readq sync pulls. SPEC is one of
{help_lines()}
add pulls the feed at once: the last 7 days, or arXiv's latest announcement.
remove keeps the papers. import and export exchange the list of feeds with other
programs, as OPML."""
EXAMPLE = "readq feed add hf:daily"
IS_LOGGED = True

_ACTIONS = ("list", "add", "remove", "import", "export")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq feed`."""
    parser.add_argument(
        "action", nargs="?", default="list", metavar="|".join(_ACTIONS), help="what to do; list is the default"
    )
    parser.add_argument("words", nargs="*", metavar="SPEC, NAME or FILE", help="what to add, remove or import")
    parser.add_argument("--name", metavar="NAME", help="the name for the new feed")
    parser.add_argument("--no-sync", action="store_true", help="do not pull the new feed now")
    parser.add_argument("--with-secrets", action="store_true", help="list, export: include tokens and passwords")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """List, add, remove, import or export feeds. Return the exit status.

    The status is 1 if a feed to remove is unknown, if a feed cannot be imported or exported, or if the sync of an added
    feed fails. Otherwise it is 0.
    """
    action, words = arguments.action, arguments.words
    _refuse_misuse(action, words, arguments.name)
    if action == "list":
        return _list(context, with_secrets=arguments.with_secrets)
    if action == "export":
        return _export(context, with_secrets=arguments.with_secrets)
    if action == "remove":
        return _remove(words, context)
    return _import(words[0], context) if action == "import" else _add(words[0], arguments, context)


def _refuse_misuse(action: str, words: Sequence[str], name: str | None) -> None:
    refuse_unknown("action", action, _ACTIONS)
    if name is not None and action != "add":
        raise UsageError("--name goes with feed add")
    if action in ("list", "export") and words:
        raise UsageError(f"feed {action} takes no {quoted(words[0])}", "see readq feed --help")
    if action in ("add", "import") and len(words) != 1:
        raise UsageError(f"feed {action} takes one {'SPEC' if action == 'add' else 'file'}", "see readq feed --help")
    if action == "remove" and not words:
        raise UsageError("which feed?", "name it as feed list shows it")


def _list(context: Context, *, with_secrets: bool) -> int:
    moment = now()
    with context.reading() as connection:
        feeds = health.health(connection, moment)
    if not with_secrets:
        feeds = [one._replace(spec=masked(one.spec)) for one in feeds]
    if context.wants_json:
        print_json([health.as_json(one) for one in feeds])
    elif sys.stdout.isatty():
        from readq.cli.output.feed_table import print_table

        print_table(feeds, moment)
    else:
        for one in feeds:
            fields = (one.name, one.spec, one.status, one.last_success or "", one.newest or "", str(one.papers))
            print("\t".join(map(one_line, (*fields, one.words))))
    return 0


def _export(context: Context, *, with_secrets: bool) -> int:
    from readq.feeds import opml
    from readq.services.feeds.subscriptions import export_list

    with context.reading() as connection:
        outlines, unknown = export_list(connection, with_secrets=with_secrets)
    text = opml.write(outlines).decode()
    if context.wants_json:
        print_json({"feeds": len(outlines), "text": text, "rejected": [one._asdict() for one in unknown]})
    else:
        use_utf8()
        print(text, end="")
    return report_rejected(unknown)


def _remove(names: Sequence[str], context: Context) -> int:
    from readq.nearest_name import suggestion
    from readq.services.feeds.subscriptions import remove
    from readq.store.feeds.pulls import pulled_feeds

    with context.writing() as connection:
        known = [feed.name for feed in pulled_feeds(connection)]
        outcome = remove(connection, names, now())
    if context.wants_json:
        print_outcome(outcome, outcome.missing)
    for name in outcome.missing:
        say(f"error: no feed {quoted(name)} ({suggestion(name, known, 'see readq feed list')})")
    if outcome.changed and not context.wants_json:
        print(f"{counted(outcome.changed, 'feed')} removed, the papers stay{step_note(outcome.step)}")
    return int(bool(outcome.missing))


def _add(spec: str, arguments: argparse.Namespace, context: Context) -> int:
    from readq.services.feeds.subscriptions import add, checked_name
    from readq.services.network import Servers

    servers = Servers(context.library_path, context.config, now)
    # Refuse a bad spec or name before a library is created.
    servers.source(spec)
    if arguments.name is not None:
        checked_name(arguments.name)
    with context.creating() as connection:
        added = add(connection, spec, servers.source, now(), arguments.name)
    if not added.is_new:
        say(f"{added.name} was already added: nothing changed")
    elif not context.wants_json:
        print(f"added {added.name}: {one_line(masked(added.spec))}{step_note(added.step)}")
    report, status = _pull(added.name, context) if added.is_new and not arguments.no_sync else (None, 0)
    if added.is_new:
        _warn_of_namesakes(added.name, context)
    if context.wants_json:
        if report is not None:
            sync.say_messages(report)
        with context.reading() as connection:
            (feed,) = [one for one in health.health(connection, now()) if one.name == added.name]
        print_json(
            {
                "changed": int(added.is_new),
                "unchanged": int(not added.is_new),
                "missing": [],
                "step": added.step,
                "feed": health.as_json(feed._replace(spec=masked(feed.spec))),
                "sync": None if report is None else sync_reports.as_json(report),
            }
        )
    elif report is not None:
        sync.print_report(report, now())
    return status


def _warn_of_namesakes(name: str, context: Context) -> None:
    from readq.store.feeds.pulls import namesakes_by_address

    with context.reading() as connection:
        others = namesakes_by_address(connection, name)
    if others:
        say(f"warning: {name} leads to the same feed as {others[0]} (readq feed remove {shlex.quote(name)})")


def _pull(name: str, context: Context) -> tuple[SyncReport | None, int]:
    """Pull a feed that was just added. If the pull fails, the feed is not removed."""
    try:
        return sync.pull(context, SyncOptions((name,), busy_timeout=context.config.busy_timeout))
    except SyncRunningError as error:
        say(f"error: {name} is added, but not pulled yet: {error}")
        return None, 1


def _import(path: str, context: Context) -> int:
    from readq.feeds import opml
    from readq.services.feeds.subscriptions import import_list
    from readq.services.network import Servers

    outlines = opml.read(_read(path, opml.MAX_SIZE + 1))
    servers = Servers(context.library_path, context.config, now)
    with context.creating() as connection:
        imported = import_list(connection, outlines, servers.source, now())
    status = report_rejected(imported.rejected)
    if context.wants_json:
        new, unchanged = len(imported.added), imported.unchanged
        print_json(intake_as_json(new=new, updated=0, unchanged=unchanged, rejected=imported.rejected))
    else:
        unchanged_note = f", {imported.unchanged} unchanged" if imported.unchanged else ""
        then = "; readq sync pulls them" if imported.added else ""
        print(f"{counted(len(imported.added), 'feed')} added{unchanged_note}{step_note(imported.step)}{then}")
    return status


def _read(path: str, most: int) -> bytes:
    """Return at most `most` bytes of a file, or of standard input (`-`)."""
    if path == "-":
        return sys.stdin.buffer.read(most)
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except OSError as error:
        raise ReadqError(f"cannot read {path}: {error.strerror}", "check the path") from error
