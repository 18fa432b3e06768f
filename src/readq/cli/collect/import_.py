"""`readq import`: import papers from files, folders or standard input."""

import argparse
import gc
import sys

from readq.cli.arguments import DRY_RUN_NOTE, add_dry_run, refuse_unknown
from readq.cli.context import Context
from readq.cli.output.reports import identity_as_json, intake_as_json, intake_line, report_rejected, step_note
from readq.cli.output.streams import confirm, print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.model.values import Status
from readq.paths import expand
from readq.services.importing.import_files import ImportOptions, import_paths, refuse_other_config, settings_of_dump
from readq.services.importing.input_formats import FORMATS
from readq.text import normalise_tag, one_line, quoted

USAGE = "PATH…"
DESCRIPTION = """\
Import papers from files, folders or standard input (-): saved feed pages (text
or HTML), Hugging Face, OpenAlex, Semantic Scholar or OpenReview JSON, RSS,
Atom, BibTeX, RIS, PubMed nbib, CSL-JSON, ACL and DBLP XML, listing and alert
mails, bookmarks, lists of ids, URLs and titles. The format is detected from the
content. A folder written by dump is merged as a whole; with --base, in a
three-way merge, so that what one side removed since then stays removed. Papers
of feeds go to the inbox. Those of a bibliography are done, and keep their keys,
frozen. Those of a list are queued, and the next sync completes them. Importing
again changes nothing, and a paper from two sources is one paper."""
EXAMPLE = "readq import trending.txt refs.bib"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq import`."""
    parser.add_argument("paths", nargs="+", metavar="PATH", help="a file, a folder, or - for standard input")
    parser.add_argument("--format", metavar="F", help=f"{', '.join(FORMATS)}; detected when not given")
    parser.add_argument("--feed", metavar="NAME", help="the feed to record as the source of the papers")
    parser.add_argument("--status", metavar="S", help=f"the status of new papers: {', '.join(Status)}")
    parser.add_argument("--tag", action="append", default=[], metavar="T", help="a tag for all papers; repeatable")
    parser.add_argument(
        "--with-config",
        action="store_true",
        help="import all settings of a dump, after showing them and asking, where there is no config file yet",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask; needed for --with-config without a terminal")
    parser.add_argument("--base", metavar="DIR", help="an older dump, the common ancestor in a three-way merge")
    add_dry_run(parser)


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Import files, folders or standard input. Print how many papers are new, updated, unchanged and rejected.

    With `--with-config`, also import the settings in a dump, which is a folder that `readq dump` wrote. The user must
    agree to that first. Return the exit status: 1 if the user does not agree or if an entry was rejected, else 0.
    """
    # Nearly all objects of an import live until it ends: garbage collection would cost a tenth of the time.
    gc.disable()
    options = _options(arguments, context)
    if arguments.with_config and not arguments.dry_run and not _agrees_to_settings(arguments, context):
        say("nothing was imported")
        return 1
    if arguments.dry_run:
        context.warn_of_damage()
    else:
        context.compare_notes()
    report = import_paths(context.library_path, arguments.paths, options, now())
    if not arguments.dry_run:
        context.index_new_pdfs()
    for message in report.messages:
        say(message)
    status = report_rejected(report.rejected)
    if context.wants_json:
        print_json(
            {
                **intake_as_json(
                    new=report.new, updated=report.updated, unchanged=report.unchanged, rejected=report.rejected
                ),
                **identity_as_json(report.joined, report.renamed, len(report.look_alikes)),
                "left_out": [part._asdict() for part in report.left_out],
                "watches": [one._asdict() for one in report.watches],
                "kept": [one._asdict() for one in report.kept],
                "step": report.step,
            }
        )
        return status
    print(intake_line(report.found, report) + (DRY_RUN_NOTE if arguments.dry_run else step_note(report.step)))
    return status


def _agrees_to_settings(arguments: argparse.Namespace, context: Context) -> bool:
    """Show the settings of the dumps among the inputs, and ask whether to take them. `--yes` answers yes.

    Raises UsageError if there is a config file with other settings, or if there is no terminal on which to ask.
    """
    lines = [line for path in arguments.paths for line in settings_of_dump(path)]
    refuse_other_config(lines, context.config_path)
    for line in lines:
        say(line)
    if not lines or arguments.yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("the settings of a dump can run commands", "confirm with --yes")
    return confirm("Import these settings?")


def _options(arguments: argparse.Namespace, context: Context) -> ImportOptions:
    refuse_unknown("format", arguments.format, FORMATS)
    refuse_unknown("status", arguments.status, Status)
    if arguments.feed is not None and (not arguments.feed.strip() or one_line(arguments.feed) != arguments.feed):
        raise UsageError(
            f"{quoted(arguments.feed)} cannot be the name of a feed", "one line, without spaces at its ends"
        )
    return ImportOptions(
        arguments.format,
        arguments.feed,
        Status(arguments.status) if arguments.status else None,
        tuple(normalise_tag(tag) for tag in arguments.tag),
        arguments.dry_run,
        context.config.busy_timeout,
        context.config_path,
        arguments.with_config,
        expand(arguments.base) if arguments.base is not None else None,
        context.config.key_form,
    )
