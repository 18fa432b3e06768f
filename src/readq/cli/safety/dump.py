"""`readq dump`: write the user's own data as plain text."""

import argparse
import os

from readq.cli.arguments import refuse_standard_output
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.errors import ReadqError
from readq.services.dump.read_folder import is_dump
from readq.services.dump.write_folder import dump
from readq.text import counted

USAGE = "DIR"
DESCRIPTION = """\
Write your own data to a folder as plain text, for git: papers with status, tags
and keys as JSON lines, notes as Markdown, ratings as CSV, feeds, views and
settings. Unchanged files are not rewritten. Run git init in the folder once.
`readq import DIR` reads the folder back, or merges it into another library,
together with notes that you added as notes/KEY.md. In a merge, the later of two
decisions or corrections wins, and both versions of a note are kept. A merge
removes nothing: a paper, tag, star or view that was removed on one side only
comes back from the other. To get rid of a paper on both sides, drop it. Where
there is no config file, harmless settings are imported, such as the theme and
those of review; `import --with-config` shows all of them and asks. Links in the
folder are not followed. readq share keeps several machines in sync."""
EXAMPLE = "readq dump ~/dump && cd ~/dump && git add -A && git commit -m dump"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq dump`."""
    parser.add_argument("folder", metavar="DIR", help="a new or empty folder, or one that holds a dump")
    parser.add_argument("--with-secrets", action="store_true", help="include tokens and passwords in the URLs of feeds")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Write the dump to the folder, and print how many files were written and removed. Return 0.

    Raises ReadqError if there is no library but the folder holds a dump, because writing would replace that dump with
    an empty one.
    """
    refuse_standard_output(arguments.folder, "dump", "folder")
    if is_dump(arguments.folder) and not os.path.lexists(context.library_path):
        raise ReadqError(f"no library at {context.library_path}", f"the dump in {arguments.folder} was not changed")
    with context.reading() as connection:
        dumped = dump(connection, arguments.folder, context.config_path, with_secrets=arguments.with_secrets)
    if context.wants_json:
        print_json(dumped._asdict())
    else:
        files = f"{counted(dumped.written, 'file')} written, {dumped.removed:,} removed"
        print(f"{counted(dumped.papers, 'paper')} in {arguments.folder}: {files}")
    return 0
