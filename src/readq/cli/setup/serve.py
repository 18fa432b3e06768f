"""`readq serve`: show the UI in a browser on this computer."""

import argparse
import os
import sys

from readq.cli.arguments import whole_number
from readq.cli.context import Context
from readq.cli.output.streams import print_json, say
from readq.errors import UsageError
from readq.text import one_line

USAGE = ""
DESCRIPTION = """\
Show the UI in a browser on this computer, until Ctrl+C. Each tab has its own UI
over the same library. The server listens on 127.0.0.1 only. It refuses requests
without the token in the URL that it prints: whoever has that URL can do all
that you can. It needs the package textual-serve."""
EXAMPLE = "readq serve"
IS_LOGGED = True

_LAST_PORT = 65535


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq serve`."""
    parser.add_argument("--port", type=whole_number, default=0, metavar="N", help="the port (default: any free one)")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the URL of the UI, and serve the UI until a signal ends it. Return 0.

    Raises UsageError if textual-serve is not installed. Raises ReadqError if the port is taken.
    """
    if not 0 <= arguments.port <= _LAST_PORT:
        raise UsageError(f"there is no port {arguments.port}", f"0 to {_LAST_PORT}")
    try:
        from readq.tui.app import web_server
    except ImportError:
        raise UsageError(
            "readq serve needs textual-serve", "install it where readq is installed: pip install textual-serve"
        ) from None
    # A broken config is an error here, not in the browser.
    context.config  # noqa: B018 - a property that reads the file
    command = [sys.executable, "-P", "-m", "readq", "--db", context.library_path]
    if os.path.exists(context.config_path):
        command += ["--config", context.config_path]

    def tell(address: str) -> None:
        print_json({"address": address}) if context.wants_json else print(one_line(address))
        sys.stdout.flush()
        say("open this URL in a browser; Ctrl+C stops the server")

    web_server.serve(command, arguments.port, tell)
    return 0
