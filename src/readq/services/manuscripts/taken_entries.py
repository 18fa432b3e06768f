"""Correct papers in the library by entries that somebody edited in a .bib file."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from readq.errors import ReadqError
from readq.services.citing.export import chosen_fields, has_own_texts
from readq.services.history.steps import Outcome
from readq.services.manuscripts.bib_update import entry_in_file
from readq.services.manuscripts.choice import Choice
from readq.services.papers.corrections import EntryEdit, correct_all, entry_to_edit
from readq.store.papers import citations
from readq.store.papers.key_lookup import ids_by_key
from readq.store.references import RemovedError
from readq.text import one_line, quoted


def take(connection: sqlite3.Connection, path: str, keys: Sequence[str], choice: Choice, now: datetime) -> Outcome:
    """Copy the edits in the entries `keys` of the .bib file at `path` to the papers with the same citation keys.

    Each entry is compared with the entry that readq would write for the paper with the format in `choice`. Each field
    that differs is corrected in the library. Macros of the file are expanded. All corrections are one step of the undo
    history. Return the outcome. Raises ReadqError if a key belongs to no entry of the file, or to no paper of the
    library. Also raises the errors of `corrections.correct_all`. After an error, nothing is changed.
    """
    edits = [_edit(connection, path, key, choice) for key in dict.fromkeys(keys)]
    return correct_all(connection, edits, now, dialect=choice.format)


def _edit(connection: sqlite3.Connection, path: str, key: str, choice: Choice) -> EntryEdit:
    entry = entry_in_file(path, key)
    if entry is None:
        raise ReadqError(f"{path} has no entry {quoted(key)}", "nothing was taken")
    number = ids_by_key(connection, [key]).get(key)
    if number is None:
        raise ReadqError(f"no paper {quoted(key)}", "nothing was taken; readq import takes new entries")
    fields = chosen_fields(connection, [number], choice.form.choice)
    paper = citations.citable(connection, number, own_texts=has_own_texts(choice.form, fields))
    if paper is None:
        raise RemovedError(f"paper {number} was removed in the meantime")
    whole = entry_to_edit(connection, number, dialect=choice.format)
    return EntryEdit(number, whole, _with_edits(whole, "".join(choice.form.parts([paper], fields)), entry))


def _with_edits(whole: str, written: str, edited: str) -> str:
    """Return the entry `whole` with the edits that somebody made to the entry `written`.

    `written` has the fields and the style that the user chose for the file, and `edited` is the edited entry. `whole`
    has all fields of the same paper. If one of the three is not exactly one entry, return `edited`.
    """
    from readq.formats.bibtex.entry_parser import RawEntry, split_blocks

    entries = [block for text in (whole, written, edited) for block in split_blocks(text)]
    if len(entries) != 3:
        return edited
    first, was, now = entries
    if not (isinstance(first, RawEntry) and isinstance(was, RawEntry) and isinstance(now, RawEntry)):
        return edited
    fields = dict(first.fields)
    for name in {**was.fields, **now.fields}:
        value = now.fields.get(name)
        if value is None:
            fields.pop(name, None)
        elif one_line(value) != one_line(was.fields.get(name, "")):
            fields[name] = value
    kind = first.entry_type if now.entry_type == was.entry_type else now.entry_type
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@{kind}{{{first.key},\n{lines}}}\n"
