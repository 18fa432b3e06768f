"""Lay out the tables of help pages that come from the program itself: its keys and its settings."""

import textwrap
from collections.abc import Iterable, Iterator

_WIDTH = 79


def key_table() -> str:
    """Return every key of every screen with what it does. A key that means the same on several screens stands once."""
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
    """Return every setting of the config file with its valid values, then the tables."""
    from readq.config import SETTINGS, TABLES

    rows = [(name, setting.expected) for name, setting in SETTINGS.items()]
    rows += [(f"[{name}]", setting.expected) for name, setting in TABLES.items()]
    return "\n".join(["", *_rows(rows, 27)])


_VALUES = {
    "tag": "a tag",
    "feed": "a feed, as readq feed list names it",
    "view": "the query of a view of your own",
    **dict.fromkeys(("year", "upvotes", "interest"), "numbers"),
    **dict.fromkeys(("added", "noted", "decided", "published", "due"), "days"),
}
"""What the values of fields are that have no fixed set of values. Those of all others are text."""


def field_table() -> str:
    """Return every field of queries with its values."""
    from readq.store.search.query_parser import FIELDS
    from readq.store.search.vocabulary import choices

    rows = [(f"{name}:", ", ".join(choices(name)) or _VALUES.get(name, "text")) for name in FIELDS]
    return "\n".join(["", *_rows(rows, 13)])


def _rows(rows: Iterable[tuple[str, str]], width: int) -> Iterator[str]:
    for name, text in rows:
        lines = textwrap.wrap(text, _WIDTH - width - 2, break_on_hyphens=False)
        if len(name) >= width:
            yield f"  {name}"
            name = ""
        for line in lines:
            yield f"  {name:{width}}{line}"
            name = ""
