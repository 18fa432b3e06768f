"""`readq man`: print the manual page."""

import argparse

from readq import __version__
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.clock import now

USAGE = ""
DESCRIPTION = """\
Print the manual page with all commands and options. man readq shows it if you
save it as ~/.local/share/man/man1/readq.1."""
EXAMPLE = "readq man | man -l -"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments: `readq man` has none."""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Print the manual page in the format of man (roff). Return 0."""
    # Of the libraries that write such a page from argparse, only this one has neither dependencies nor a build step.
    from argparse_manpage.manpage import Manpage

    from readq.cli.command_tree import command_tree

    about = {
        "project_name": f"readq {__version__}",
        "manual_title": "readq",
        "description": "a reading list with spaced review, in the terminal",
        "date": now().date().isoformat(),
        "manual_section": "1",
    }
    text = str(Manpage(command_tree(), about))
    print_json({"text": text}) if context.wants_json else print(text)
    return 0
