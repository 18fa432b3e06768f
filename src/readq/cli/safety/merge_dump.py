"""`readq merge-dump`: merge two versions of a file of a dump. git calls it as a merge driver."""

import argparse

from readq.cli.context import Context

USAGE = "BASE OURS THEIRS [PATH]"
DESCRIPTION = """\
Merge one file of a dump in a three-way merge, and write the result to OURS.
"readq share init" sets this up as a merge driver for those who use git
themselves. PATH is the name of the file in the dump, which tells its kind."""
EXAMPLE = "readq merge-dump base.jsonl ours.jsonl theirs.jsonl papers.jsonl"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `readq merge-dump`."""
    parser.add_argument("base", metavar="BASE", help="the common ancestor")
    parser.add_argument("ours", metavar="OURS", help="the file on this side, which is replaced")
    parser.add_argument("theirs", metavar="THEIRS", help="the file on the other side")
    parser.add_argument("path", nargs="?", metavar="PATH", help="the path in the dump (default: OURS)")


def run(arguments: argparse.Namespace, _context: Context) -> int:
    """Merge the versions OURS and THEIRS of a file, and write the result to OURS. BASE is their common ancestor.

    Return 0.
    """
    from readq.services.share.merge_driver import merge_file

    merge_file(arguments.base, arguments.ours, arguments.theirs, arguments.path or arguments.ours)
    return 0
