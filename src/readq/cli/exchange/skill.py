"""`readq skill`: print a page that teaches an agent the command line."""

import argparse

from readq.cli.context import Context
from readq.cli.output.streams import print_json

USAGE = ""
DESCRIPTION = """\
Print a page that teaches an agent to use readq on the command line: what it may
do, how to find, change and cite papers, and how to undo each change. Save it
where your agent looks for skills, such as ~/.claude/skills/readq. Make that
folder first."""
EXAMPLE = "readq skill > ~/.claude/skills/readq/SKILL.md"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no arguments: `readq skill` has none."""


def run(_arguments: argparse.Namespace, context: Context) -> int:
    """Print the page that teaches an agent the command line. Return 0."""
    from importlib.resources import files

    text = files("readq").joinpath("help", "skill.md").read_text(encoding="utf-8")
    print_json({"text": text}) if context.wants_json else print(text, end="")
    return 0
