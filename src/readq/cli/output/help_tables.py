"""Make the tables of help pages from the program itself: its commands, keys, settings and fields of queries."""

import argparse
import textwrap
from collections.abc import Iterable, Iterator, Mapping

_WIDTH = 79


def command_table(
    groups: Mapping[str, Mapping[str, tuple[str, str]]], declared: Mapping[str, argparse.ArgumentParser]
) -> str:
    """Return the table of all commands with their arguments and options, without the options that all commands share.

    `groups` is `readq.cli.command_table.GROUPS`. `declared` maps the names of the commands to their parsers.
    """
    lines: list[str] = []
    for title, group in groups.items():
        lines += ["", title.upper()]
        for name, (_, about) in group.items():
            usage = (declared[name].usage or "").removeprefix("readq ").removesuffix(" [options]")
            lines += [
                "",
                *textwrap.wrap(usage, _WIDTH, initial_indent="  ", subsequent_indent="      "),
                f"      {about}",
            ]
            lines += _rows(_options(declared[name]), 17, indent=6)
    return "\n".join(lines)


def _options(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str]]:
    # The last group has the shared options, the first two the command's own arguments and options.
    for action in (action for group in parser._action_groups[:2] for action in group._group_actions):
        value = "" if action.nargs == 0 else str(action.metavar or action.dest.upper())
        options = ", ".join(action.option_strings)
        yield f"{options} {value}".strip(), action.help or ""


def key_table() -> str:
    """Return the table of all keys of the UI with their effects, screen by screen.

    A key with the same effect on several screens is listed only once.
    """
    from readq.tui.keys.action import SCOPES
    from readq.tui.keys.keymap import Keymap, key_label

    keymap = Keymap()
    seen: set[tuple[str, str]] = set()
    lines: list[str] = []
    for scope, title in SCOPES.items():
        rows = []
        for action in keymap.actions(scope):
            keys = " ".join(map(key_label, keymap.keys(scope, action.name)))
            if keys and (keys, action.name) not in seen:
                seen.add((keys, action.name))
                rows.append((keys, action.description))
        if rows:
            lines += ["", title.upper(), "", *_rows(rows, 16)]
    return "\n".join(lines)


def setting_table() -> str:
    """Return the table of all settings of the config file with their meanings, valid values and defaults.

    Settings that are TOML tables, such as `[keys]`, come last.
    """
    from readq.config import SETTINGS, TABLES
    from readq.config_text import MEANINGS, default_of

    rows: list[tuple[str, str]] = []
    for name, setting in SETTINGS.items():
        default = default_of(name)
        rows += [(name, MEANINGS[name]), ("", f"({setting.expected}{f'; {default}' if default else ''})")]
    for name, setting in TABLES.items():
        rows += [(f"[{name}]", MEANINGS[name]), ("", f"({setting.expected})")]
    return "\n".join(["", *_rows(rows, 27)])


_VALUES = {
    "tag": "a tag",
    "feed": "a feed, as readq feed list names it",
    "view": "the query of a view of your own",
    "links": "a citation key: papers whose notes link to it",
    "pdf": "words in the PDF, if pdf.search is on",
    **dict.fromkeys(("year", "upvotes", "interest"), "numbers"),
    **dict.fromkeys(("added", "noted", "decided", "published", "due"), "days"),
}
"""Maps a query field without a fixed set of values to a description of its values.

A field that is missing here takes text.
"""


def field_table() -> str:
    """Return the table of all fields of queries with their values."""
    from readq.store.search.query_parser import FIELDS
    from readq.store.search.vocabulary import choices

    rows = [(f"{name}:", ", ".join(choices(name)) or _VALUES.get(name, "text")) for name in FIELDS]
    return "\n".join(["", *_rows(rows, 13)])


def _rows(rows: Iterable[tuple[str, str]], width: int, indent: int = 2) -> Iterator[str]:
    margin = " " * indent
    for name, text in rows:
        lines = textwrap.wrap(text, _WIDTH - width - indent, break_on_hyphens=False)
        if len(name) >= width:
            yield f"{margin}{name}"
            name = ""
        for line in lines:
            yield f"{margin}{name:{width}}{line}"
            name = ""
