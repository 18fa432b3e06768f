"""`readq restore`."""

import argparse
import os
import sys

from readq.cli.context import Context
from readq.cli.output.streams import agreed, print_json, say
from readq.cli.safety.backup import held
from readq.errors import UsageError
from readq.paths import expand
from readq.services.safety import backup as safety
from readq.store.files.backup import backup_folder

USAGE = "FILE"
DESCRIPTION = """\
Put a copy of a backup in the library's place. FILE is verified first; the
library as it was is kept beside it, its name followed by .before-restore. Not a
step that undo takes back: restore that file to go back."""
EXAMPLE = "readq restore automatic-20261122T081500Z-library.db"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("file", metavar="FILE", help="a backup, found by its name alone too; or any library")
    parser.add_argument("--yes", action="store_true", help="do not ask; needed when there is no terminal")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Restore, after a question when a library would be replaced."""
    library = context.library_path
    file = _named(arguments.file, library)
    if os.path.lexists(library) and not arguments.yes:
        contents = held(safety.verify(library, file))
        if not sys.stdin.isatty():
            raise UsageError(f"restoring replaces {library}", "say --yes")
        if not agreed(f"Replace {library} by {file} ({contents})?"):
            say("nothing was changed")
            return 1
    restored = safety.restore(library, file, busy_timeout=context.config.busy_timeout)
    if context.wants_json:
        print_json({"path": library, "kept": restored.kept, **restored.contents._asdict()})
        return 0
    print(f"{library}: {held(restored.contents)}")
    if restored.kept:
        say(f"as it was before: {restored.kept}")
    return 0


def _named(file: str, library: str) -> str:
    """The path that FILE means: a name without a folder that is not here is looked up among the backups."""
    path = expand(file)
    kept = os.path.join(backup_folder(library), file)
    is_bare = file == os.path.basename(file) and not os.path.lexists(path)
    return kept if is_bare and os.path.lexists(kept) else path
