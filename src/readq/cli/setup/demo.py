"""`readq demo`."""

import argparse
import os
import tempfile

from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.cli.ui import has_terminal, open_ui
from readq.clock import now
from readq.services.demo import library as demo

USAGE = ""
DESCRIPTION = """\
The UI over a throw-away library with a sample feed; nothing is kept and nothing
is fetched. Without a terminal the same tour runs by itself and prints what it
does."""
EXAMPLE = "readq demo"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options of its own."""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Fill the library and open it, or walk through it."""
    os.environ.setdefault("READQ_NOW", demo.CLOCK)
    with tempfile.TemporaryDirectory(prefix="readq-demo-") as folder:
        library = demo.fill(folder, now())
        if has_terminal() and not context.wants_json:
            return open_ui(context.over_throwaway(library))
        lines = list(demo.headless_tour(library, now()))
    if context.wants_json:
        print_json(lines)
    else:
        print("\n".join(lines))
    return 0
