"""`readq demo`: try readq on a throw-away library."""

import argparse
import os
import tempfile

from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.cli.ui import has_terminal, open_ui
from readq.clock import now
from readq.services.demo import library

USAGE = ""
DESCRIPTION = """\
Open the UI with a throw-away library of sample papers. Nothing is fetched, and
nothing is kept. Without a terminal, run a tour and print each step."""
EXAMPLE = "readq demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: `readq demo` has no arguments."""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Open the UI with a temporary library of sample papers. Return the exit status of the UI.

    Without a terminal or with `--json`, run some actions on this library instead, print their results, and return 0.
    """
    os.environ.setdefault("READQ_NOW", library.CLOCK)
    with tempfile.TemporaryDirectory(prefix="readq-demo-") as folder:
        path = library.fill(folder, now())
        if has_terminal() and not context.wants_json:
            return open_ui(context.with_temporary_library(path))
        lines = list(library.headless_tour(path, now()))
    if context.wants_json:
        print_json(lines)
    else:
        print("\n".join(lines))
    return 0
