"""`readq import`."""

import argparse
import gc

from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Status
from readq.services.importing import import_files as importing
from readq.services.importing.recognise import FORMATS
from readq.text import counted, one_line, tag_name

USAGE = "PATH…"
DESCRIPTION = """\
Take papers in from files, folders or standard input (-): a saved feed page
(text or HTML), Hugging Face JSON, RSS, Atom, BibTeX, or a folder that dump
wrote, which is merged in whole. The form is recognised from the content. Feeds
come in as inbox; a .bib as done, its keys kept and frozen. Importing again
changes nothing, and a paper out of two sources is one paper."""
EXAMPLE = "readq import trending.txt refs.bib"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    parser.add_argument("--format", metavar="F", help=f"{', '.join(FORMATS)}; recognised when not given")
    parser.add_argument("--feed", metavar="NAME", help="the feed to record as having shown them")
    parser.add_argument("--status", metavar="S", help=f"of new papers: {', '.join(Status)}")
    parser.add_argument("--tag", action="append", default=[], metavar="T", help="a tag for all of them; repeatable")
    parser.add_argument("--dry-run", action="store_true", help="say what would come in, and keep nothing")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Import, and report in one line, or as JSON."""
    if arguments.format is not None and arguments.format not in FORMATS:
        raise UsageError(f"unknown format {arguments.format!r}", f"one of {', '.join(FORMATS)}")
    if arguments.status is not None and arguments.status not in list(Status):
        raise UsageError(f"unknown status {arguments.status!r}", f"one of {', '.join(Status)}")
    if arguments.feed is not None and (not arguments.feed.strip() or one_line(arguments.feed) != arguments.feed):
        raise UsageError(f"{arguments.feed!r} is no name of a feed", "one line, without spaces at its ends")
    options = importing.ImportOptions(
        arguments.format,
        arguments.feed,
        Status(arguments.status) if arguments.status else None,
        tuple(tag_name(tag) for tag in arguments.tag),
        arguments.dry_run,
        context.config.busy_timeout,
        context.config_path,
    )
    # All that an import makes is needed until it ends: looking for garbage among it takes a tenth of the time.
    gc.disable()
    report = importing.import_paths(context.library_path, arguments.paths, options, now())
    for message in report.messages:
        say(message)
    for part in report.rejected:
        say(f"error: {part.where}: {part.why}")
    if context.wants_json:
        print_json(
            {
                "found": report.found,
                "new": report.new,
                "updated": report.updated,
                "unchanged": report.unchanged,
                "rejected": [part._asdict() for part in report.rejected],
            }
        )
    else:
        parts = f"{report.new:,} new, {report.updated:,} updated, {report.unchanged:,} unchanged"
        rejected = f", {len(report.rejected):,} rejected" if report.rejected else ""
        dry = " (dry run: nothing was kept)" if arguments.dry_run else ""
        print(f"{counted(report.found, 'paper')}: {parts}{rejected}{dry}")
    return int(bool(report.rejected))
