"""`readq restore`: replace the library by a backup."""

import argparse
import os
import sys

from readq.cli.context import Context
from readq.cli.output.streams import confirm, print_json, say
from readq.cli.safety.backup import in_words
from readq.errors import UsageError
from readq.paths import expand
from readq.services.safety import backup
from readq.store.files.backup import backup_folder

USAGE = "FILE"
DESCRIPTION = """\
Replace the library with a copy of a backup. FILE is verified first. The present
library is kept beside the new one, with .before-restore added to its name;
restore that file to go back. Undo cannot reverse a restore."""
EXAMPLE = "readq restore automatic-20261122T081500Z-library.db"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq restore`."""
    parser.add_argument("file", metavar="FILE", help="a backup, by path or by its name alone; or any other library")
    parser.add_argument("--yes", action="store_true", help="do not ask; needed without a terminal")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Replace the library by a copy of the backup.

    If a library exists and `--yes` is not given, ask for confirmation first. Return the exit status: 1 if the answer is
    no, else 0. Raises UsageError if there is no terminal on which to ask.
    """
    library = context.library_path
    file = _path(arguments.file, library)
    if os.path.lexists(library) and not arguments.yes:
        contents = in_words(backup.verify(library, file))
        if not sys.stdin.isatty():
            raise UsageError(f"restoring replaces {library}", "confirm with --yes")
        if not confirm(f"Replace {library} with {file} ({contents})?"):
            say("nothing was changed")
            return 1
    restored = backup.restore(library, file, busy_timeout=context.config.busy_timeout)
    if context.wants_json:
        print_json({"path": library, "kept": restored.kept, **restored.contents._asdict()})
        return 0
    print(f"{library}: {in_words(restored.contents)}")
    if restored.kept:
        say(f"the former library: {restored.kept}")
    return 0


def _path(file: str, library: str) -> str:
    """Return the path of the backup that the argument FILE names.

    A bare name of a file that is not in the working folder names a file in the backup folder.
    """
    path = expand(file)
    in_backups = os.path.join(backup_folder(library), file)
    is_bare = file == os.path.basename(file) and not os.path.lexists(path)
    return in_backups if is_bare and os.path.lexists(in_backups) else path
