"""Read the notes that belong to items of Zotero, as text. Pure functions."""

from collections.abc import Container, Iterable

from readq.feeds.syndication.html_text import text_of_html
from readq.registries.json_record import text_in
from readq.registries.zotero.local_api import Item
from readq.text import clean


def children_of(items: Iterable[Item]) -> dict[str, list[Item]]:
    """Return a dict from the keys of items to the notes and attachments that belong to them, except deleted ones."""
    found: dict[str, list[Item]] = {}
    for item in items:
        if (parent := text_in(item.data.get("parentItem"))) and not item.data.get("deleted"):
            found.setdefault(parent, []).append(item)
    return found


def text_of_notes(key: str, children: Iterable[Item], sent: Container[str]) -> str:
    """Return the notes among `children`, which belong to the item `key`, as one text.

    Notes that readq wrote are left out. Their names `ITEM/NOTE` are in `sent`.
    """
    notes = [
        one.data.get("note")
        for one in children
        if one.data.get("itemType") == "note" and f"{key}/{one.key}" not in sent
    ]
    return "\n\n".join(text for note in notes if isinstance(note, str) and (text := clean(text_of_html(note)).strip()))
