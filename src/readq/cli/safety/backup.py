"""`readq backup`: copy the library and verify the copy."""

import argparse
import contextlib
import os

from readq.cli.arguments import refuse_standard_output
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.errors import UsageError
from readq.paths import expand
from readq.services.safety import backup
from readq.store.files.integrity import Contents
from readq.text import counted

USAGE = "[FILE]"
DESCRIPTION = """\
Copy the library as it is now, and verify the copy by reading it. The copy goes
to FILE, or to a new file in the folder "backups" next to the library. Backups
made by this command stay until you delete them. readq also makes a backup by
itself, once a day when the library has changed; of those it deletes old ones
(settings backup.automatic, backup.keep)."""
EXAMPLE = "readq backup /media/stick/library.db"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq backup`."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="the file to write, which must not exist")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.add_argument(
        "--automatic", action="store_true", help="make the backup of the day if it is due, and delete old ones"
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Make a backup and print the path of the copy. With `--automatic`, make a backup only if one is due. Return 0."""
    if arguments.automatic:
        if arguments.file or arguments.force:
            raise UsageError("--automatic has its own folder", "leave FILE and --force out")
        return _automatic(context)
    refuse_standard_output(arguments.file, "backup", "file")
    file = expand(arguments.file) if arguments.file else None
    context.compare_notes()
    made = backup.back_up(
        context.library_path, file, now(), force=arguments.force, busy_timeout=context.config.busy_timeout
    )
    if context.wants_json:
        print_json({"path": made.path, "bytes": made.size, **made.contents._asdict()})
    else:
        print(f"{made.path}: {in_words(made.contents)}")
    return 0


def _automatic(context: Context) -> int:
    with contextlib.suppress(OSError):
        # Nobody waits for an automatic backup, so it gives way to other processes.
        os.nice(10)
    path = backup.back_up_automatically(context.library_path, now(), context.config)
    if context.wants_json:
        print_json({"path": path})
    else:
        print(path or "no backup is due")
    return 0


def in_words(contents: Contents) -> str:
    """Return the numbers of papers, notes and reviews in a library as text, such as `6 papers, 1 note, 3 reviews`."""
    papers, notes, reviews = contents
    return f"{counted(papers, 'paper')}, {counted(notes, 'note')}, {counted(reviews, 'review')}"
