"""Update the entries that readq wrote to a .bib file. Other people and programs may edit the file too.

Every byte that readq did not write is kept. The file is replaced completely or not at all.
"""

import os
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError
from readq.formats.bib_file.block_list import BlockList
from readq.formats.bib_file.blocks import ENTRY, Block, scan
from readq.formats.bib_file.key_list import KeyList
from readq.formats.bib_file.revision import FewEntries, Revision, Wishes, digest, replace, revise
from readq.formats.bib_file.soundness import RefusedError
from readq.latex.definitions import preamble, used_commands
from readq.model.bib_entries import Fresh, Written
from readq.services.citing.input_file import opened_input
from readq.services.manuscripts.choice import Choice, Chosen, choose
from readq.services.manuscripts.fresh_entries import fresh_entries
from readq.services.manuscripts.target_file import TargetFile, opened
from readq.store import bib_files
from readq.store.bib_entry_tables import EntryTables
from readq.store.bib_files import BibFile, EntryRow
from readq.store.connection.transactions import reading, writing
from readq.store.papers import citations
from readq.store.papers.key_lookup import ids_by_key
from readq.store.papers.queries import CHUNK

_MOST_QUICK = 1000
"""The maximum number of changed papers of which all entries are held in memory."""


@dataclass(frozen=True)
class BibUpdate:
    """The result of an update of a .bib file."""

    path: str
    """The path of the file."""
    chosen: Chosen
    """The papers that were chosen for the file."""
    revision: Revision
    """The changes to the entries of the file."""
    is_written: bool
    """Whether the bytes of the file changed."""
    provisional: tuple[str, ...] = ()
    """The citation keys that may still change, because the author or the year of the paper is not known."""

    @property
    def left(self) -> dict[str, KeyList]:
        """Maps each reason for not updating an entry to the citation keys of the entries to which it applies.

        Each reason is the name of a field of `Revision`, such as `edited`. Entries that are up to date are not listed.
        """
        revision = self.revision
        return {
            "edited": revision.edited,
            "deleted": revision.deleted,
            "commented": revision.commented,
            "foreign": revision.foreign,
            "held": revision.held,
        }


class _Plan(NamedTuple):
    """The data for an update, read before the file is written. The entries are in an EntryTables."""

    chosen: Chosen
    doubles: dict[int, str]
    hashes: "_Hashes"
    provisional: tuple[str, ...]
    newest_change: int


class _Hashes:
    """The hashes of the keys to freeze. `ids` are the ids of their papers."""

    def __init__(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        self._ids, self._hashes = array("q"), array("q")
        for number, key_hash in citations.keys_to_freeze(connection, ids):
            self._ids.append(number)
            self._hashes.append(key_hash)

    def freeze(self, connection: sqlite3.Connection) -> None:
        """Freeze the keys, if they are still the same."""
        for start in range(0, len(self._ids), CHUNK):
            part = slice(start, start + CHUNK)
            citations.freeze_keys(connection, list(zip(self._ids[part], self._hashes[part], strict=True)))


def update(
    connection: sqlite3.Connection, path: str, choice: Choice, now: datetime, wishes: Wishes, renewal: str | None = None
) -> BibUpdate:
    """Update the entries of the chosen papers in the .bib file at `path`, and freeze the citation keys of the papers.

    Return the result. If the file is missing, it is created. `wishes` says which entries may be replaced or removed.
    `renewal` tells whether readq updates the file later too: AUTOMATIC after each change of the library, ON_DEMAND when
    the user asks for it. If `renewal` is None, a file that readq already updates keeps its setting and its stored
    choice of papers. Raises UsageError if the format of `choice` is neither BibTeX nor BibLaTeX. Raises ReadqError if
    the file cannot be read or written, if it cannot be divided into entries, or if another program changes it at the
    same time. After one of these errors, the file is unchanged.
    """
    with opened(connection, path, choice) as target:
        if wishes.is_quick and target.is_kept_as(as_json(choice)):
            done = _quick_update(connection, target, choice, now, wishes)
            if done is not None:
                return done
        with closing(EntryTables()) as entries:
            plan, revision = _revised(connection, target, choice, now, wishes, entries)
            is_written = revision.is_change or not target.exists
            sha256 = target.write(revision.parts()) if is_written else target.sha256
            file = _file(target, sha256, choice, instant(now), renewal)
            # A kept file may be updated with another choice of papers. Then the changes of its own papers are still to
            # be made.
            seen = plan.newest_change if file.choice == as_json(choice) else 0
            with writing(connection):
                file_id = bib_files.save(connection, file)
                if target.is_blank:
                    # The stored entries were not read, because none is in the file.
                    bib_files.remove_all_entries(connection, file_id)
                bib_files.remove_entries(connection, file_id, entries.gone())
                bib_files.put_entries(connection, file_id, entries.changed(), seen)
                plan.hashes.freeze(connection)
        return BibUpdate(path, plan.chosen, revision, is_written, plan.provisional)


def check(connection: sqlite3.Connection, path: str, choice: Choice, now: datetime, wishes: Wishes) -> None:
    """Raise the error that `update` would raise before it writes the file. Nothing is written."""
    with opened(connection, path, choice) as target, closing(EntryTables()) as entries:
        _revised(connection, target, choice, now, wishes, entries)


def _revised(
    connection: sqlite3.Connection,
    target: TargetFile,
    choice: Choice,
    now: datetime,
    wishes: Wishes,
    entries: EntryTables,
) -> tuple[_Plan, Revision]:
    plan = _plan(connection, target, choice, now, entries, makes_all=not wishes.is_quick)
    try:
        revision = revise(target.content, target.found, entries, plan.doubles, wishes)
    except RefusedError as refused:
        raise ReadqError(f"{target.path}: {refused.message}", "nothing was written; correct it first") from refused
    _add_definitions(revision, target)
    return plan, revision


def _add_definitions(revision: Revision, target: TargetFile) -> None:
    """Add an `@preamble` for commands in entries of readq that LaTeX does not have and the file does not define."""
    if revision.commands:
        preambles = (target.content.read(one.start, one.end) for one in target.found if one.kind == "preamble")
        defined = used_commands(b"".join(preambles).decode("utf-8", "replace"))
        revision.block = preamble(revision.commands - defined)


def _file(target: TargetFile, sha256: str, choice: Choice, at: str, renewal: str | None) -> BibFile:
    """Return the row of the file after an update. If `renewal` is None, a kept file keeps its row as it was."""
    known = target.known
    kept = renewal or (known.renewal if known else None)
    what = known.choice if known and known.renewal and not renewal else as_json(choice)
    return BibFile(0, os.path.realpath(target.path), sha256, at, kept, what)


def _quick_update(
    connection: sqlite3.Connection, target: TargetFile, choice: Choice, now: datetime, wishes: Wishes
) -> BibUpdate | None:
    """Update the entries of changed papers in a kept file that nobody edited. Return the result.

    The other entries are not read. Return None if papers were added to or removed from the choice, if an entry is
    missing in the file, or if many papers changed.
    """
    known = target.known
    if known is None:
        return None
    with reading(connection):
        newest = bib_files.newest_change(connection)
        changes = bib_files.changed_papers(connection, known.id)
        if len(changes) > _MOST_QUICK:
            return None
        chosen = choose(connection, choice, now)
        if not bib_files.has_papers(connection, known.id, chosen.ids):
            return None
        changed = sorted(changes.intersection(chosen.ids))
        last = {row.key: Written(*row[1:]) for row in bib_files.entries(connection, known.id, changed)}
        in_file = {written.paper_id: key for key, written in last.items()}
        fresh = list(fresh_entries(connection, changed, chosen, choice, lambda _: in_file))
        hashes = _Hashes(connection, changed)
    entries = FewEntries(fresh, last)
    revision = replace(target.content, fresh, entries, wishes)
    if revision is None:
        return None
    _add_definitions(revision, target)
    revision.unchanged += len(chosen.ids) - len(fresh)
    sha256 = target.write(revision.parts()) if revision.is_change else target.sha256
    if fresh:
        file = known._replace(sha256=sha256, at=instant(now), error=None)
        with writing(connection):
            bib_files.save(connection, file)
            rows = [EntryRow(key, *written) for key, written in entries.written.items()]
            bib_files.put_entries(connection, known.id, rows, newest)
            hashes.freeze(connection)
    return BibUpdate(target.path, chosen, revision, revision.is_change)


def entry_in_file(path: str, key: str) -> str | None:
    """Return the entry with the citation key `key` in the .bib file at `path`, or None if there is none.

    Case does not matter. The definitions of the macros of the file stand before the entry. Raises ReadqError if the
    file cannot be read.
    """
    macros: list[Block] = []
    entry: Block | None = None
    with opened_input(path) as (content, _):
        for block in scan(content):
            if block.kind == "string" and not block.is_commented:
                macros.append(block)
            elif _is_entry(block) and entry is None:
                entry = block if block.key.casefold() == key.casefold() else None
        if entry is None:
            return None
        parts = [content.read(block.start, block.end).decode("utf-8", "replace") for block in (*macros, entry)]
    return "\n".join(parts).replace("\r\n", "\n")


def _is_entry(block: Block) -> bool:
    return block.kind == ENTRY and not block.is_commented


def _plan(
    connection: sqlite3.Connection,
    target: TargetFile,
    choice: Choice,
    now: datetime,
    entries: EntryTables,
    *,
    makes_all: bool,
) -> _Plan:
    from readq.services.manuscripts.foreign_entries import doubles

    with reading(connection):
        newest = bib_files.newest_change(connection)
        chosen = choose(connection, choice, now)
        provisional = citations.provisional_keys(connection, chosen.ids)
        entries.add_last(_last(connection, target), are_stored=target.known is not None)
        made: Sequence[int] = chosen.ids
        unchanged: Sequence[int] = ()
        if not makes_all:
            made, unchanged = _sorted_out(connection, target, choice, chosen.ids, entries)
        hashes = _Hashes(connection, made)
        fresh = fresh_entries(connection, made, chosen, choice, entries.keys_of)
        entries.add_fresh(chain(fresh, _unchanged(unchanged, entries)))
        foreign = _foreign(target.found, entries) if made else []
        same = doubles(connection, target.content, foreign, chosen.ids)
    return _Plan(chosen, same, hashes, tuple(provisional), newest)


def _foreign(found: BlockList, entries: EntryTables) -> list[Block]:
    """Return the macros of a file, and the entries that readq neither wrote nor is about to write."""
    foreign: list[int] = []
    for start in range(0, len(found), CHUNK):
        places = range(start, min(start + CHUNK, len(found)))
        keys = {place: found.key(place).casefold() for place in places if found.is_entry(place)}
        unknown = entries.unknown(keys.values())
        foreign += [place for place in places if found.is_macro(place) or keys.get(place) in unknown]
    return [found[place] for place in foreign]


def _last(connection: sqlite3.Connection, target: TargetFile) -> Iterator[EntryRow]:
    """Yield the entries that readq wrote to the file before. A blank file has none."""
    if target.is_blank:
        return
    if target.known:
        yield from bib_files.entries(connection, target.known.id)
        return
    if citations.exported_digest(connection, os.path.realpath(target.path)) != target.sha256:
        return
    # The file is an export, and nobody edited it: all its entries are readq's, and show what was published.
    for start in range(0, len(target.found), CHUNK):
        found = {block.key: block for block in target.found[start : start + CHUNK] if block.kind == ENTRY}
        ids = ids_by_key(connection, found)
        for key, block in found.items():
            if key in ids:
                yield EntryRow(key, ids[key], digest(target.content.read(block.start, block.end)), True)


def _sorted_out(
    connection: sqlite3.Connection, target: TargetFile, choice: Choice, ids: Sequence[int], entries: EntryTables
) -> tuple["array[int]", "array[int]"]:
    """Return those of `ids` whose entries are to be made, and those with current entries in a kept file."""
    made, unchanged = array("q"), array("q")
    known = target.known
    if known is None or not target.is_kept_as(as_json(choice)):
        return array("q", ids), unchanged
    changed = bib_files.changed_papers(connection, known.id)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        in_file = entries.keys_of(chunk)
        for number in chunk:
            (unchanged if number in in_file and number not in changed else made).append(number)
    return made, unchanged


def _unchanged(ids: Sequence[int], entries: EntryTables) -> Iterator[Fresh]:
    """Yield the entries of papers with current entries in the file, without their texts."""
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        in_file = entries.keys_of(chunk)
        yield from (Fresh(number, in_file[number], "") for number in chunk)


def as_json(choice: Choice) -> str:
    """Return `choice` as a JSON text, the form in which the library stores it."""
    import json

    # The default style is not stored: choices of files that were kept before there were styles stay equal.
    stored = {name: value for name, value in choice._asdict().items() if name != "style" or value}
    return json.dumps(stored, ensure_ascii=False, sort_keys=True)
