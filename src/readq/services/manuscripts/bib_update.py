"""Update the entries that readq wrote to a .bib file. Other people and programs may edit the file too.

Every byte that readq did not write is kept. The file is replaced completely or not at all.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from readq.days import instant
from readq.errors import ReadqError, UsageError, write_error
from readq.formats.bib_file.blocks import ENTRY, Block, blocks
from readq.formats.bib_file.revision import (
    Fresh,
    RefusedError,
    Revision,
    Wishes,
    Written,
    digest,
    replace,
    revise,
    with_block,
)
from readq.formats.bibtex.venues import cited_version, is_preprint
from readq.latex.definitions import lacking_definitions
from readq.model.citable import Citable
from readq.paths import replace_file
from readq.services.citing.export import chosen_fields, has_own_texts
from readq.services.citing.input_file import Stamp, read_input, stamp_of
from readq.services.citing.output_file import refuse_library
from readq.services.manuscripts.choice import Choice, Chosen, choose
from readq.store import bib_files
from readq.store.bib_files import BibFile, EntryRow
from readq.store.connection.transactions import reading, writing
from readq.store.files.integrity import library_path
from readq.store.papers import citations
from readq.store.papers.key_lookup import ids_by_key


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
    def left(self) -> dict[str, list[str]]:
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
    """The data for an update, read before the file is written."""

    chosen: Chosen
    fresh: list[Fresh]
    last: dict[str, Written]
    doubles: dict[int, str]
    hashes: list[tuple[int, int]]
    provisional: tuple[str, ...]
    newest_change: int


@dataclass
class _Target:
    path: str
    data: bytes
    stamp: Stamp | None
    known: BibFile | None
    sha256: str = field(init=False)

    def __post_init__(self) -> None:
        self.sha256 = hashlib.sha256(self.data).hexdigest()

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of the file."""
        return blocks(self.data)

    @property
    def is_as_written(self) -> bool:
        """Whether the file has the bytes that readq last wrote."""
        return self.known is not None and self.known.sha256 == self.sha256

    def is_kept_as(self, choice: str) -> bool:
        """Return whether the file is kept, and is as readq last wrote it for this choice."""
        known = self.known
        return known is not None and known.renewal is not None and self.is_as_written and known.choice == choice


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
    target = _target(connection, path, choice)
    if wishes.is_quick and target.is_kept_as(as_json(choice)):
        done = _quick_update(connection, target, choice, now, wishes)
        if done is not None:
            return done
    plan, revision = _revised(connection, target, choice, now, wishes)
    is_written = revision.data != target.data or target.stamp is None
    if is_written:
        _write(target, revision.data)
    rows = {key: EntryRow(key, *written) for key, written in revision.written.items()}
    file = _file(target, revision.data, choice, instant(now), renewal)
    # A kept file may be updated with another choice of papers. Then the changes of its own papers are still to be made.
    seen = plan.newest_change if file.choice == as_json(choice) else 0
    with writing(connection):
        file_id = bib_files.save(connection, file)
        bib_files.replace_entries(connection, file_id, rows, seen)
        citations.freeze_keys(connection, plan.hashes)
    return BibUpdate(path, plan.chosen, revision, is_written, plan.provisional)


def check(connection: sqlite3.Connection, path: str, choice: Choice, now: datetime, wishes: Wishes) -> None:
    """Raise the error that `update` would raise before it writes the file. Nothing is written."""
    _revised(connection, _target(connection, path, choice), choice, now, wishes)


def _revised(
    connection: sqlite3.Connection, target: _Target, choice: Choice, now: datetime, wishes: Wishes
) -> tuple[_Plan, Revision]:
    plan = _plan(connection, target, choice, now, makes_all=not wishes.is_quick)
    try:
        revision = revise(target.data, plan.fresh, plan.last, plan.doubles, wishes, target.blocks)
    except RefusedError as refused:
        raise ReadqError(f"{target.path}: {refused.message}", "nothing was written; correct it first") from refused
    _add_definitions(revision, plan.fresh, target)
    return plan, revision


def _add_definitions(revision: Revision, fresh: Sequence[Fresh], target: _Target) -> None:
    """Add an `@preamble` for commands in entries of readq that LaTeX does not have and the file does not define."""
    written = "".join(one.text for one in fresh if "\\" in one.text and one.key in revision.written)
    if not lacking_definitions(written, ""):
        return
    preambles = b"".join(target.data[one.start : one.end] for one in target.blocks if one.kind == "preamble")
    if preamble := lacking_definitions(written, preambles.decode("utf-8", "replace")):
        revision.data = with_block(revision.data, preamble)


def _file(target: _Target, data: bytes, choice: Choice, at: str, renewal: str | None) -> BibFile:
    """Return the row of the file after an update. If `renewal` is None, a kept file keeps its row as it was."""
    known = target.known
    kept = renewal or (known.renewal if known else None)
    what = known.choice if known and known.renewal and not renewal else as_json(choice)
    return BibFile(0, os.path.realpath(target.path), hashlib.sha256(data).hexdigest(), at, kept, what)


def _quick_update(
    connection: sqlite3.Connection, target: _Target, choice: Choice, now: datetime, wishes: Wishes
) -> BibUpdate | None:
    """Update the entries of changed papers in a kept file that nobody edited. Return the result.

    The other entries are not read. Return None if papers were added to or removed from the choice, or if an entry is
    missing in the file.
    """
    known = target.known
    if known is None:
        return None
    with reading(connection):
        newest = bib_files.newest_change(connection)
        chosen = choose(connection, choice, now)
        papers = set(chosen.ids)
        if papers != bib_files.paper_ids(connection, known.id):
            return None
        changed = sorted(papers & bib_files.changed_papers(connection, known.id))
        last = {row.key: Written(*row[1:]) for row in bib_files.entries(connection, known.id, changed)}
        hashes: list[tuple[int, int]] = []
        fresh = list(_fresh(connection, changed, chosen, choice, last, hashes))
    revision = replace(target.data, fresh, last, wishes)
    if revision is None:
        return None
    _add_definitions(revision, fresh, target)
    revision.unchanged += len(papers) - len(fresh)
    is_written = revision.data != target.data
    if is_written:
        _write(target, revision.data)
    if fresh:
        sha256 = hashlib.sha256(revision.data).hexdigest() if is_written else target.sha256
        file = known._replace(sha256=sha256, at=instant(now), error=None)
        with writing(connection):
            bib_files.save(connection, file)
            rows = [EntryRow(key, *written) for key, written in revision.written.items()]
            bib_files.put_entries(connection, known.id, rows, newest)
            citations.freeze_keys(connection, hashes)
    return BibUpdate(target.path, chosen, revision, is_written)


def entry_in_file(path: str, key: str) -> str | None:
    """Return the entry with the citation key `key` in the .bib file at `path`, or None if there is none.

    Case does not matter. The definitions of the macros of the file stand before the entry. Raises ReadqError if the
    file cannot be read.
    """
    data = read_input(path).data
    found = blocks(data)
    entries = (block for block in found if block.kind == ENTRY and not block.is_commented)
    entry = next((block for block in entries if block.key.casefold() == key.casefold()), None)
    if entry is None:
        return None
    macros = [block for block in found if block.kind == "string" and not block.is_commented]
    parts = [data[block.start : block.end].decode("utf-8", "replace") for block in (*macros, entry)]
    return "\n".join(parts).replace("\r\n", "\n")


def _target(connection: sqlite3.Connection, path: str, choice: Choice) -> _Target:
    if not choice.form.is_latex:
        raise UsageError(f"{choice.format} has no entries that could be updated one by one", "bibtex or biblatex")
    refuse_library(path, library_path(connection))
    if os.path.lexists(path) and not os.path.isfile(path):
        raise ReadqError(f"{path} is not a file", "choose another")
    data, stamp = read_input(path) if os.path.exists(path) else (b"", None)
    return _Target(path, data, stamp, bib_files.find(connection, os.path.realpath(path)))


def _plan(connection: sqlite3.Connection, target: _Target, choice: Choice, now: datetime, *, makes_all: bool) -> _Plan:
    from readq.services.manuscripts.foreign_entries import doubles

    with reading(connection):
        newest = bib_files.newest_change(connection)
        chosen = choose(connection, choice, now)
        last = _last(connection, target)
        unchanged = {} if makes_all else _unchanged(connection, target, choice, last)
        ids = [number for number in chosen.ids if number not in unchanged]
        hashes: list[tuple[int, int]] = []
        fresh = list(_fresh(connection, ids, chosen, choice, last, hashes))
        fresh += [Fresh(number, unchanged[number], "") for number in chosen.ids if number in unchanged]
        fresh.sort(key=lambda one: (one.key.casefold(), one.key))
        known = {one.key.casefold() for one in fresh} | {key.casefold() for key in last}
        same = doubles(connection, target.data, target.blocks, set(chosen.ids), known) if ids else {}
        provisional = citations.provisional_keys(connection, chosen.ids)
    return _Plan(chosen, fresh, last, same, hashes, tuple(provisional), newest)


def _last(connection: sqlite3.Connection, target: _Target) -> dict[str, Written]:
    """Return a dict that maps keys to the entries that readq wrote to the file before. Return {} for a blank file."""
    if not target.data.strip():
        return {}
    if target.known:
        rows = bib_files.entries(connection, target.known.id)
        return {row.key: Written(row.paper_id, row.sha256, row.published) for row in rows}
    if citations.exported_digest(connection, os.path.realpath(target.path)) != target.sha256:
        return {}
    # The file is an export, and nobody edited it: all its entries are readq's, and show what was published.
    found = {block.key: block for block in target.blocks if block.kind == ENTRY}
    ids = ids_by_key(connection, list(found))
    return {
        key: Written(ids[key], digest(target.data[block.start : block.end]), True)
        for key, block in found.items()
        if key in ids
    }


def _unchanged(
    connection: sqlite3.Connection, target: _Target, choice: Choice, last: Mapping[str, Written]
) -> dict[int, str]:
    """Return a dict from paper ids to keys, for papers with current entries in a kept file. Other files give {}."""
    known = target.known
    if known is None or not target.is_kept_as(as_json(choice)):
        return {}
    changed = bib_files.changed_papers(connection, known.id)
    names = {written.paper_id: key for key, written in last.items()}
    return {number: key for number, key in names.items() if number not in changed}


def _fresh(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    chosen: Chosen,
    choice: Choice,
    last: Mapping[str, Written],
    hashes: list[tuple[int, int]],
) -> Iterator[Fresh]:
    """Yield the entries of papers as they would be written now, and note the hashes of their present keys."""
    # A paper whose key changed keeps the key under which it is in the file: documents cite it.
    in_file = {written.paper_id: key for key, written in last.items()}
    plain, fields = choice.form, chosen_fields(connection, chosen.ids, choice.form.choice)
    for number, paper in citations.citables(connection, ids, own_texts=has_own_texts(plain, fields)):
        hashes.append((number, hash(paper.key)))
        key = chosen.cited.names.get(paper.key) or in_file.get(number, paper.key)
        form = plain._replace(names={paper.key: key}) if key != paper.key else plain
        text = "".join(form.parts([paper], fields))
        version = cited_version(paper, fields.style.version)
        yield Fresh(number, text[text.index("{") + 1 : text.index(",")], text, _shows_publication(version))


def _shows_publication(paper: Citable) -> bool:
    """Return whether the entry shows the published version of a preprint, with a venue that the user did not set."""
    is_published = bool(paper.venue) and not is_preprint(paper.venue or "")
    return bool(paper.arxiv_id) and is_published and "venue" not in paper.edited


def _write(target: _Target, data: bytes) -> None:
    stamp = None
    with suppress(OSError):
        stamp = stamp_of(os.stat(target.path))
    if stamp != target.stamp:
        raise ReadqError(f"{target.path} was changed in the meantime", "nothing was written; run it again")
    try:
        replace_file(target.path, (data,))
    except OSError as error:
        raise write_error(target.path, error, "choose another file, or make room") from error


def as_json(choice: Choice) -> str:
    """Return `choice` as a JSON text, the form in which the library stores it."""
    import json

    # The default style is not stored: choices of files that were kept before there were styles stay equal.
    stored = {name: value for name, value in choice._asdict().items() if name != "style" or value}
    return json.dumps(stored, ensure_ascii=False, sort_keys=True)
