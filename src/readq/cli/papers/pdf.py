"""`readq pdf`: download, attach and open the PDF of a paper."""

import argparse
import contextlib
import os
import sys

from readq.cli.arguments import add_reference, refuse_unknown, utf8_path
from readq.cli.context import Context
from readq.cli.output.reports import report_no_paper
from readq.cli.output.streams import print_json, print_json_line, say, unfiltered
from readq.clock import now
from readq.errors import UsageError
from readq.services.network import Servers
from readq.services.papers import open_externally
from readq.services.pdf import downloads, linked_files, text_index
from readq.text import counted, one_line

USAGE = "REF | --index [REF]"
DESCRIPTION = """\
Open the PDF of a paper. The first time, it is downloaded into pdf_dir under the
citation key. It is never overwritten, so what you write into it stays. --attach
links a file of your own instead, wherever it is. The viewer is the setting
open.pdf, such as "zathura {file}", or else the system's. Without a display, the
path is printed.
With the setting pdf.search = true, readq reads the text of PDFs in the
background after a sync, a download and --attach, so that pdf:word in a query
finds them. --index reads new and changed PDFs now. With a REF, it reads the
file of that paper again."""
EXAMPLE = "readq pdf vaswani2017attention"
IS_LOGGED = True

_PROGRESS = ("bar", "json", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq pdf`."""
    add_reference(parser, is_optional=True)
    parser.add_argument("--index", action="store_true", help="read the text of PDFs now, for pdf:word in queries")
    parser.add_argument("--attach", metavar="FILE", type=utf8_path, help="link this file to the paper; it is not moved")
    parser.add_argument("--no-open", action="store_true", help="print the path, and do not open the PDF")
    parser.add_argument(
        "--progress",
        metavar="HOW",
        help="bar, none, or json: one object per line on stdout, and the PDF is not opened",
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Open the PDF of the paper. If the paper has no PDF yet, download it first. Return the exit status.

    With `--attach`, link a file on disk to the paper instead. With `--index`, read the texts of PDFs for the search
    instead. The status is 1 if the REF names no paper, or if a PDF to index cannot be read, else 0.
    """
    refuse_unknown("progress", arguments.progress, _PROGRESS)
    if arguments.progress is not None and (arguments.index or arguments.attach is not None):
        raise UsageError("--progress is for a download", "leave it out with --index and --attach")
    if arguments.index:
        if arguments.attach is not None:
            raise UsageError("--index and --attach together", "give one of them")
        return _index(arguments.reference, context)
    if arguments.reference is None:
        raise UsageError("which paper?", "name it by number, key, arXiv id, DOI or URL")
    how = arguments.progress or ("bar" if sys.stderr.isatty() and not context.wants_json else "none")
    if arguments.attach is not None:
        return _attach(arguments.reference, arguments.attach, context)
    with context.reading() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_no_paper(chosen.missing, context.wants_json)
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
    context.index_new_pdfs()
    return _open(arguments, context, paper_id, job.path, how)


def _attach(reference: str, file: str, context: Context) -> int:
    with context.writing() as connection:
        chosen = context.choose(connection, [reference])
        if not chosen.ids:
            return report_no_paper(chosen.missing, context.wants_json)
        path = linked_files.attach(connection, chosen.ids[0], file, now())
    context.index_new_pdfs()
    print_json({"id": chosen.ids[0], "path": path}) if context.wants_json else print(one_line(path))
    return 0


def _index(reference: str | None, context: Context) -> int:
    """Read the texts of PDFs. Return the exit status: 1 if the REF names no paper, or if a PDF cannot be read."""
    if not context.config.pdf_search:
        raise UsageError("the setting pdf.search is off", "readq config set pdf.search true")
    again: tuple[int, ...] = ()
    if reference is not None:
        with context.reading() as connection:
            chosen = context.choose(connection, [reference])
            if not chosen.ids:
                return report_no_paper(chosen.missing, context.wants_json)
            again = chosen.ids
    context.prepare_to_write()
    report = text_index.update(context.library_path, context.config.busy_timeout, _count_line, again)
    if context.wants_json:
        failed = [one._asdict() for one in report.failed]
        print_json({"indexed": report.indexed, "cut": report.cut, "failed": failed})
        return int(bool(report.failed))
    print(f"{counted(report.indexed, 'PDF')} read")
    for key in report.cut:
        say(f"{key}: only the first part of its PDF is searched")
    for one in report.failed:
        say(f"error: {one.key}: {one.path}: {one.why}")
    return int(bool(report.failed))


def _count_line(done: int, every: int) -> None:
    if sys.stderr.isatty():
        stream = unfiltered(sys.stderr)
        stream.write(f"\r{done} of {every} PDFs{chr(10) if done == every else ''}")
        stream.flush()


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
    shown = _json_lines() if how == "json" else _print_bar

    def show(size: int, total: int | None) -> None:
        # A closed pipe must not look like a failure of the server.
        with contextlib.suppress(OSError):
            shown(size, total)

    return show if how in ("json", "bar") else lambda _size, _total: None


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
