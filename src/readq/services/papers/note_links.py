"""Change the links between notes when citation keys change."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from readq.model.note_links import with_new_keys
from readq.services.papers import notes
from readq.store.notes import links


def rename_links(connection: sqlite3.Connection, step: int, keys: Mapping[str, str], now: datetime) -> int:
    """Replace the citation keys in the links of all notes. Return the number of changed notes.

    `keys` maps old keys to new keys. The changes are recorded in the step `step` of the undo history. A step can record
    only one change of a note, so call this function at most once for a step. Runs inside the caller's transaction.
    """
    folded = {old.casefold(): new for old, new in keys.items() if old != new}
    changed = 0
    for paper_id, text in links.notes_with_links(connection, list(keys)) if folded else ():
        new = with_new_keys(text, folded)
        if new != text:
            notes.put(connection, step, paper_id, new, now)
            changed += 1
    return changed
