"""`readq pdf`: download, attach and open the PDF of a paper."""

import argparse
import os
import sys

from readq.cli.arguments import add_reference, refuse_unknown
from readq.cli.context import Context
from readq.cli.output.reports import report_missing
from readq.cli.output.streams import print_json, print_json_line, unfiltered
from readq.clock import now
from readq.services.network import Servers
from readq.services.papers import open_externally
from readq.services.pdf import downloads, linked_files
from readq.text import one_line

USAGE = "REF"
DESCRIPTION = """\
Open the PDF of a paper. It is downloaded once, into pdf_dir, under the citation
key, and never overwritten, so what you write into it stays. --attach links a
file of your own instead, wherever it is. The viewer is the setting open.pdf,
such as "zathura {file}", or else the system's; without a display the path is
printed."""
EXAMPLE = "readq pdf vaswani2017attention"
IS_LOGGED = True

_PROGRESS = ("bar", "json", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq pdf`."""
    add_reference(parser)
    parser.add_argument("--attach", metavar="FILE", help="make this file the paper's; it is not moved")
    parser.add_argument("--no-open", action="store_true", help="print the path and open nothing")
    parser.add_argument(
        "--progress", metavar="HOW", help="bar, none, or json: one object a line on stdout, for programs"
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the PDF of the paper. If the paper has no PDF yet, download it first.

    With `--attach`, link a file on disk to the paper instead. Return the exit status: 1 if the REF names no paper, else
    0.
    """
    refuse_unknown("progress", arguments.progress, _PROGRESS)
    how = arguments.progress or ("bar" if sys.stderr.isatty() and not context.wants_json else "none")
    if arguments.attach is not None:
        return _attach(arguments.reference, arguments.attach, context)
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_missing(chosen.missing)
        paper_id = chosen.ids[0]
        present = linked_files.existing_path(connection, paper_id)
        servers = Servers(context.library_path, context.config, now)
        job = None
        if present is None:
            job = downloads.download_job(connection, paper_id, context.config, servers.endpoints.arxiv)
    if job is None:
        return _open(arguments, context, paper_id, str(present), how)
    context.prepare_to_write()
    # The connection is closed during the download, which may take minutes.
    sha256 = downloads.download(servers, job, _progress(how))
    with context.writing() as connection:
        downloads.record(connection, job, sha256, now())
    return _open(arguments, context, paper_id, job.path, how)


def _attach(reference: str, file: str, context: Context) -> int:
    with context.writing() as connection:
        chosen = context.choose(connection, [reference])
        if not chosen.ids:
            return report_missing(chosen.missing)
        path = linked_files.attach(connection, chosen.ids[0], file, now())
    print_json({"id": chosen.ids[0], "path": path}) if context.wants_json else print(one_line(path))
    return 0


def _open(arguments: argparse.Namespace, context: Context, paper_id: int, path: str, how: str) -> int:
    quiet = arguments.no_open or how == "json"
    not_opened = path if quiet else open_externally.open_file(path, context.config.open_pdf, os.environ)
    if how == "json":
        print_json_line({"event": "end", "path": path})
    elif context.wants_json:
        print_json({"id": paper_id, "path": path})
    elif not_opened:
        print(one_line(not_opened))
    return 0


def _progress(how: str) -> downloads.Progress:
    if how == "json":
        return _json_lines()
    return _print_bar if how == "bar" else lambda _size, _total: None


def _json_lines() -> downloads.Progress:
    """Return a callback that prints an object for each percent, or each mebibyte when the size is unknown."""
    last = -1

    def print_line(size: int, total: int | None) -> None:
        nonlocal last
        part = size * 100 // total if total else size >> 20
        if part != last:
            last = part
            print_json_line({"event": "progress", "size": size, "total": total})

    return print_line


def _print_bar(size: int, total: int | None) -> None:
    end = "\n" if size == total else ""
    of = f" of {total / 1e6:.1f}" if total else ""
    # The carriage return lets the next line replace this one.
    stream = unfiltered(sys.stderr)
    stream.write(f"\r{size / 1e6:.1f}{of} MB{end}")
    stream.flush()
