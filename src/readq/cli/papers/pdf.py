"""`readq pdf`."""

import argparse
import json
import os
import sys

from readq.cli.context import Context
from readq.cli.output.streams import print_json, report_missing
from readq.clock import now
from readq.errors import UsageError
from readq.services.network import Servers
from readq.services.papers import open_externally as opening
from readq.services.pdf import downloads, linked_files

USAGE = "REF"
DESCRIPTION = """\
Open the PDF of a paper. It is downloaded once, into pdf_dir, under the citation
key, and never overwritten: what you write into it stays. --attach links a file
of your own instead, wherever it is. The viewer is open.pdf of the config, such
as "zathura {file}", else the system's; without a display the path is printed."""
EXAMPLE = "readq pdf vaswani2017attention"

_PROGRESS = ("bar", "json", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("reference", metavar="REF", help="which paper")
    parser.add_argument("--attach", metavar="FILE", help="make this file the paper's; it stays where it is")
    parser.add_argument("--no-open", action="store_true", help="print the path, and open nothing")
    parser.add_argument(
        "--progress", metavar="HOW", help="bar (on a terminal), none, or json: an object a line on stdout, for programs"
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Attach, or download what is not there, and open it."""
    how = arguments.progress or ("bar" if sys.stderr.isatty() and not context.wants_json else "none")
    if how not in _PROGRESS:
        raise UsageError(f"unknown progress {how!r}", f"one of {', '.join(_PROGRESS)}")
    with context.writing() as connection:
        chosen = context.choose(connection, [arguments.reference])
        if not chosen.ids:
            return report_missing(chosen.missing)
        paper_id = chosen.ids[0]
        if arguments.attach is not None:
            own = linked_files.attach(connection, paper_id, arguments.attach, now())
            print_json({"id": paper_id, "path": own}) if context.wants_json else print(own)
            return 0
        path = linked_files.existing_path(connection, paper_id)
        want = None
        servers = Servers(context.library_path, context.config, now)
        if path is None:
            want = downloads.download_job(connection, paper_id, context.config, servers.endpoints.arxiv)
    if want is not None:
        # With no connection open: a download takes as long as it takes.
        sha256 = downloads.download(servers, want, _shown(how))
        with context.writing() as connection:
            downloads.record(connection, want, sha256, now())
        return _open(arguments, context, paper_id, want.path, how)
    return _open(arguments, context, paper_id, str(path), how)


def _open(arguments: argparse.Namespace, context: Context, paper_id: int, path: str, how: str) -> int:
    quiet = arguments.no_open or how == "json"
    shown = path if quiet else opening.open_file(path, context.config.open_pdf, os.environ)
    if how == "json":
        print(json.dumps({"event": "end", "path": path}), flush=True)
    elif context.wants_json:
        print_json({"id": paper_id, "path": path})
    elif shown:
        print(shown)
    return 0


def _shown(how: str) -> downloads.Progress:
    if how == "json":
        return _json_lines()
    return _bar if how == "bar" else lambda _size, _total: None


def _json_lines() -> downloads.Progress:
    """An object for each hundredth, or mebibyte, that has come."""
    last = -1

    def tell(size: int, total: int | None) -> None:
        nonlocal last
        part = size * 100 // total if total else size >> 20
        if part != last:
            last = part
            print(json.dumps({"event": "progress", "size": size, "total": total}), flush=True)

    return tell


def _bar(size: int, total: int | None) -> None:
    end = "\n" if size == total else ""
    of = f" of {total / 1e6:.1f}" if total else ""
    sys.stderr.write(f"\r{size / 1e6:.1f}{of} MB{end}")
    sys.stderr.flush()
