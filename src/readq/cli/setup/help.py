"""`readq help`: print a page about a topic, or the help of a command."""

import argparse

from readq.cli.command_table import COMMANDS
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.errors import UsageError
from readq.nearest_name import suggestion
from readq.text import quoted

USAGE = "[TOPIC]"
DESCRIPTION = """\
Print a page about a topic, or the help of a command. Without a topic, list the
topics."""
EXAMPLE = "readq help interest"

TOPICS = {
    "morning": "a morning with readq, from the feeds to the .bib",
    "commands": "all commands, with all options",
    "keys": "all keys of the UI",
    "queries": "the query language, with all fields",
    "config": "the config file, with all settings",
    "sources": "feeds, files, single papers, mail",
    "notes": "notes and tags",
    "review": "spaced review: cards, questions, papers in and out",
    "citing": "keys, entries, corrections, Zotero",
    "sharing": "other machines, agents",
    "scripts": "for programs: names of papers, JSON, exit statuses",
    "safety": "undo, backups, what a crash can do",
    "contributing": "how the code is laid out, and how to extend it",
    "interest": "an order that learns from your decisions, and how well it does",
}
"""Maps each topic to a line about it. For example, the page of the topic `queries` is the file `help/queries.txt`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq help`."""
    parser.add_argument("topic", nargs="?", metavar="TOPIC", help="a topic, or a command")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the page of a topic or the help of a command. Without an argument, list the topics. Return 0.

    Raises UsageError if the argument is neither a topic nor a command.
    """
    topic: str | None = arguments.topic
    if topic is None:
        width = max(map(len, TOPICS))
        lines = [f"{name:{width}}  {about}" for name, about in TOPICS.items()]
        print_json(TOPICS) if context.wants_json else print(
            "\n".join([*lines, "", "readq COMMAND --help explains a command."])
        )
    elif topic in TOPICS:
        text = page(topic)
        print_json({"topic": topic, "text": text}) if context.wants_json else print(text, end="")
    elif topic in COMMANDS:
        from readq.cli.main import declare

        text = declare(topic)[1].format_help()
        print_json({"topic": topic, "text": text}) if context.wants_json else print(text, end="")
    else:
        names = [*TOPICS, *COMMANDS]
        raise UsageError(f"no help on {quoted(topic)}", suggestion(topic, names) or "readq help lists the topics")
    return 0


def page(topic: str) -> str:
    """Return the text of the page about a topic in TOPICS.

    If the page contains a table, `help_tables` makes the table.
    """
    from importlib.resources import files

    text = files("readq").joinpath("help", f"{topic}.txt").read_text(encoding="utf-8")
    if topic == "contributing":
        from readq.store.schema_versions.migration_steps import SCHEMA_VERSION

        return text.replace("{schema}", str(SCHEMA_VERSION)).replace("{next}", str(SCHEMA_VERSION + 1))
    if "{table}" not in text:
        return text
    from readq.cli.output import help_tables

    tables = {
        "commands": _command_table,
        "keys": help_tables.key_table,
        "config": help_tables.setting_table,
        "queries": help_tables.field_table,
    }
    return text.replace("{table}", tables[topic]())


def _command_table() -> str:
    from readq.cli.command_table import GROUPS
    from readq.cli.command_tree import command_tree, parsers
    from readq.cli.output import help_tables

    return help_tables.command_table(GROUPS, parsers(command_tree()))
