"""Keep the links between notes in step with the citation keys of the papers."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from readq.model.note_links import with_new_keys
from readq.services.papers import notes
from readq.store.notes import links


def rename_links(connection: sqlite3.Connection, step: int, keys: Mapping[str, str], now: datetime) -> int:
    """Replace the citation keys in the links of all notes, as a part of the journal step `step`.

    `keys` maps old keys to new keys. Call this function at most once for a step, because a step can record only one
    change of a note. Runs inside the caller's transaction. Return the number of changed notes.
    """
    folded = {old.casefold(): new for old, new in keys.items() if old != new}
    changed = 0
    for paper_id, text in links.notes_with_links(connection, list(keys)) if folded else ():
        new = with_new_keys(text, folded)
        if new != text:
            notes.put(connection, step, paper_id, new, now)
            changed += 1
    return changed
