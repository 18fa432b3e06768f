"""`readq backup`."""

import argparse
import contextlib
import os

from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.clock import now
from readq.errors import UsageError
from readq.paths import expand
from readq.services.safety import backup as safety
from readq.store.files.integrity import Contents
from readq.text import counted

USAGE = "[FILE]"
DESCRIPTION = """\
Copy the library, as it is this moment, and read the copy back: to FILE, or to a
new file in the folder backups beside the library. Backups made by this command
stay until you delete them. Those that readq makes by itself, once a day when
the library has changed, behind the UI and behind commands, are thinned out
(settings backup.automatic, backup.keep)."""
EXAMPLE = "readq backup /media/stick/library.db"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", nargs="?", metavar="FILE", help="where to; must not exist")
    parser.add_argument("--force", action="store_true", help="replace FILE if it exists")
    parser.add_argument("--automatic", action="store_true", help="the day's backup, if it is due; thins out older ones")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Back up, and say where to."""
    if arguments.automatic:
        if arguments.file or arguments.force:
            raise UsageError("--automatic has a place of its own", "leave FILE and --force out")
        return _automatic(context)
    file = expand(arguments.file) if arguments.file else None
    made = safety.back_up(
        context.library_path, file, now(), force=arguments.force, busy_timeout=context.config.busy_timeout
    )
    if context.wants_json:
        print_json({"path": made.path, "bytes": made.size, **made.contents._asdict()})
    else:
        print(f"{made.path}: {held(made.contents)}")
    return 0


def _automatic(context: Context) -> int:
    with contextlib.suppress(OSError):
        # Nobody waits for it.
        os.nice(10)
    path = safety.automatic(context.library_path, now(), context.config)
    if context.wants_json:
        print_json({"path": path})
    else:
        print(path or "no backup is due")
    return 0


def held(contents: Contents) -> str:
    """`6 papers, 1 note, 3 reviews`."""
    papers, notes, reviews = contents
    return f"{counted(papers, 'paper')}, {counted(notes, 'note')}, {counted(reviews, 'review')}"
