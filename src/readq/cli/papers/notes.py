"""`readq notes`: synchronise the notes with a folder of Markdown files, or print the differences."""

import argparse
import contextlib
from typing import TYPE_CHECKING

from readq.cli.arguments import refuse_unknown
from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.clock import now
from readq.errors import UsageError
from readq.services.notes import prune, session
from readq.services.notes.sync import SyncOptions, SyncReport, sync
from readq.services.papers.triage import on_done
from readq.text import counted

if TYPE_CHECKING:
    import sqlite3

    from readq.services.notes.comparison import NotesFolder

USAGE = "[sync|status]"
DESCRIPTION = """\
Keep the notes in sync with a folder of Markdown files, one for each note:
  readq config set notes.folder ~/notes/papers
  readq notes sync                write and read what has changed
  readq notes status              show what differs, and what is left alone
What an editor or Obsidian writes to a file comes into the library: the note,
and the status, tags and title in the front matter. Undo can reverse each step.
Commands and the UI sync by themselves. If both sides changed a note, both texts
are kept. Deleting a file does not remove its note. --prune removes it, and also
deletes the files of removed papers. Files without the property readq, and
copies made by sync programs, are left alone."""
EXAMPLE = "readq notes status"
IS_LOGGED = True

_WAITS = session.Waits(library=30.0, lock=30.0)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq notes`."""
    parser.add_argument("action", nargs="?", default="status", metavar="ACTION", help="sync, or status (the default)")
    parser.add_argument("--dry-run", action="store_true", help="report what would be done, and do nothing")
    parser.add_argument("--prune", action="store_true", help="sync, and remove the notes whose files are gone")
    parser.add_argument("--yes", action="store_true", help="prune even if all files are gone")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the differences between the folder and the library. With `sync`, also synchronise the two.

    Return the exit status: 1 if a file cannot be synchronised, else 0. Raises UsageError if no folder is set.
    """
    refuse_unknown("action", arguments.action, ("sync", "status"))
    folder = session.notes_folder(context.config)
    if folder is None:
        raise UsageError("no folder of notes is set", "readq config set notes.folder ~/notes/papers")
    # Automatic comparisons are off: this command makes its own.
    context.has_notes_folder = False
    if arguments.prune and not arguments.dry_run:
        context.prepare_to_write()
    looks = arguments.dry_run or (arguments.action == "status" and not arguments.prune)
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(context.reading() if looks else context.writing())
        if not looks:
            stack.enter_context(session.notes_lock(context.library_path, _WAITS.lock))
        pruned: tuple[str, ...] = ()
        if arguments.prune:
            pruned = prune.prune(connection, folder, now(), prune.PruneOptions(looks, arguments.yes))
        report = _compare(connection, folder, context, looks)
    return _print(report, pruned, looks, context)


def _compare(connection: "sqlite3.Connection", folder: "NotesFolder", context: Context, looks: bool) -> SyncReport:
    options = SyncOptions(on_done(context.config), full=True, dry_run=looks)
    return sync(connection, folder, now(), options)


def _print(report: SyncReport, pruned: tuple[str, ...], looks: bool, context: Context) -> int:
    if context.wants_json:
        lists = {name: value for name, value in report._asdict().items() if name != "problems"}
        problems = [problem._asdict() for problem in report.problems]
        print_json({**lists, "pruned": pruned, "dry_run": looks, "problems": problems})
        return int(bool(report.problems))
    would = "would be " if looks else ""
    words = {
        "taken": f"{would}taken from files",
        "written": f"{would}written to files",
        "removed": f"{would}removed from the folder",
        "both": f"{would}kept with both texts",
    }
    for name, what in words.items():
        if found := getattr(report, name):
            print(f"{counted(len(found), 'note')} {what}: {_named(found)}")
    if pruned:
        print(f"{counted(len(pruned), 'note')} {would}pruned: {_named(pruned)}")
    if report.missing:
        print(f"{counted(len(report.missing), 'file')} gone or empty, notes kept (--prune): {_named(report.missing)}")
    if report.orphans:
        print(f"{counted(len(report.orphans), 'file')} of no paper here, left alone: {_named(report.orphans)}")
    if not (report.changes or pruned or report.problems or report.missing):
        print("the notes and the folder are in sync")
    for problem in report.problems:
        say(f"error: {problem.where}: {problem.why}")
    return int(bool(report.problems))


_MOST_NAMED = 10


def _named(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMED
    return f"{', '.join(names[:_MOST_NAMED])}{f' and {more} more' if more > 0 else ''}"
