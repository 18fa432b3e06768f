"""The command lines that a page shows, each checked against the parser of its command."""

import shlex
from importlib import import_module
from typing import cast

from readq.cli.argument_parser import parse, parser
from readq.cli.command_table import COMMANDS
from readq.cli.main import Command


def shown_lines(text: str, start: str = "readq ") -> list[list[str]]:
    """Return the command lines in the blocks of code of a Markdown text, as words, without `readq` and comments."""
    blocks = "".join(text.split("```")[1::2]).splitlines()
    return [shlex.split(line, comments=True)[1:] for line in blocks if line.startswith(start)]


def refused(words: list[str]) -> str | None:
    """Return why no command takes the words: an unknown command or option. Return None if one takes them.

    Words from a redirection or a pipe on are left out.
    """
    for sign in (">", "|", "&&", "<"):
        words = words[: words.index(sign)] if sign in words else words
    if not words or words[0] not in COMMANDS:
        return f"no command in {words}"
    command = cast(Command, import_module(COMMANDS[words[0]][0]))
    declared = parser(f"readq {words[0]} {command.USAGE}", command.EXAMPLE, command.DESCRIPTION)
    command.add_arguments(declared)
    try:
        parse(words[1:], declared)
    except Exception as error:
        return f"{words}: {error}"
    return None
