"""Correct papers by hand: set the citation key, edit the metadata as a BibTeX entry, remove papers."""

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from readq.days import instant
from readq.errors import ReadqError, UsageError
from readq.formats.field_choice import OPTIONAL
from readq.model.citable import Citable
from readq.model.citation_keys.syntax import is_accepted_key
from readq.model.fetched_paper import FetchedPaper
from readq.model.fields import edit_marks
from readq.model.fields.paper_fields import FIELDS
from readq.model.identifiers import title_key
from readq.model.identity.evidence import Identifier
from readq.services.history.steps import Outcome, run_as_step
from readq.services.papers import note_links
from readq.store.connection.sqlite_errors import library_error
from readq.store.connection.transactions import large_cache
from readq.store.files.integrity import library_path
from readq.store.papers import citations, corrections, decisions, lookup
from readq.store.papers.field_states import metadata_state
from readq.store.references import RemovedError, current_id
from readq.text import one_line, quoted

_EDITABLE = tuple(name for name, rule in FIELDS.items() if rule.editable)
_STATE = (*_EDITABLE, "title_key", "fields", "edited", "identifiers")
"""The names of the stored values of a paper that can change in a correction."""
_UNTAKEN = frozenset(("ids", "crossref", "xdata", "entryset", "execute"))
_KEPT = (*OPTIONAL, "day")


def set_key(connection: sqlite3.Connection, paper_id: int, key: str, now: datetime) -> Outcome:
    """Set the citation key of a paper, as one step of the undo history. Return the outcome.

    From then on, readq does not change the key by itself. The former key still finds the paper. Raises UsageError if
    LaTeX does not accept the key. Raises ReadqError if the key belongs to another paper.
    """

    def act(step: int, present: list[int]) -> None:
        for number in present:
            _set_key(connection, step, number, key, now)

    return run_as_step(connection, [paper_id], f"keyed {key}", now, act)


def remove(connection: sqlite3.Connection, ids: Sequence[int], now: datetime) -> Outcome:
    """Remove papers from the library, as one step of the undo history. Return the outcome.

    A feed can add a removed paper again. To keep a paper away, drop it instead: a dropped paper stays dropped.
    """
    with large_cache(connection):
        return run_as_step(
            connection, ids, "removed", now, lambda step, present: corrections.remove(connection, step, present)
        )


def entry_to_edit(connection: sqlite3.Connection, paper_id: int, *, dialect: str = "biblatex") -> str:
    """Return a paper as a BibTeX or BibLaTeX entry with all its fields, for the user's editor.

    `dialect` is `biblatex`, with text in Unicode, or `bibtex`. Raises RemovedError if the paper was removed.
    """
    from readq.formats.bibtex.writer import entry
    from readq.formats.field_choice import ALL
    from readq.latex.encode import Dialect

    return entry(_citable(connection, paper_id), Dialect(dialect), ALL)


class EntryEdit(NamedTuple):
    """The changes that a person made in the entry of a paper."""

    paper_id: int
    before: str
    """The entry as `entry_to_edit` returned it."""
    after: str
    """The edited entry."""


def correct(
    connection: sqlite3.Connection, paper_id: int, before: str, after: str, now: datetime, *, dialect: str = "biblatex"
) -> Outcome:
    """Apply to a paper the changes that a person made in its entry, as one step of the undo history.

    Return the outcome. `before` is the text from `entry_to_edit` in the same `dialect`, `after` the edited text. Raises
    the same errors as `correct_all`.
    """
    return correct_all(connection, [EntryEdit(paper_id, before, after)], now, dialect=dialect)


def correct_all(
    connection: sqlite3.Connection, edits: Sequence[EntryEdit], now: datetime, *, dialect: str = "biblatex"
) -> Outcome:
    """Apply to papers the changes that a person made in their entries, as one step of the undo history.

    Return the outcome. The entries are in `dialect`. Changed fields are marked, so that no source overwrites them. An
    added keyword becomes a tag of the paper. The tag of a removed keyword is removed. If a paper was merged into
    another paper during the edit, the other paper is changed.

    Raises RemovedError if a paper was removed. Raises UsageError if LaTeX does not accept a new citation key. Raises
    ReadqError in five cases:

    - an entry cannot be parsed
    - a changed field, such as `crossref`, cannot be set by an entry
    - a changed date does not exist
    - a changed field was changed elsewhere during the edit
    - another paper has the new key or a new identifier

    After an error, no paper is changed.
    """
    read = [(current_id(connection, edit.paper_id), _read_edit(edit)) for edit in edits]

    def act(step: int, _present: list[int]) -> None:
        for target, entries in read:
            # Look up the number again: only now the write lock is held.
            _apply(connection, step, current_id(connection, target), entries, now, dialect)

    return run_as_step(connection, [target for target, _ in read], "edited", now, act)


def _read_edit(edit: EntryEdit) -> tuple[FetchedPaper, FetchedPaper]:
    """Return the entry before and after the edit. Raises ReadqError if the edit is refused."""
    old, typed = _read(edit.before), _read(edit.after)
    _refuse_untaken(old, typed)
    _refuse_wrong_date(old, typed)
    return old, typed


def _apply(
    connection: sqlite3.Connection,
    step: int,
    number: int,
    entries: tuple[FetchedPaper, FetchedPaper],
    now: datetime,
    dialect: str,
) -> None:
    """Apply to the paper with the id `number` the changes between its two `entries`, before and after an edit."""
    old, typed = entries
    changed = set(_changed(_columns(old), _columns(typed)))
    if dict(old.fields) != dict(typed.fields):
        changed.add("fields")
    new = _merge_changes(old, typed, _read(entry_to_edit(connection, number, dialect=dialect)))
    if new.key and new.key != old.key:
        _set_key(connection, step, number, new.key, now)
    _refuse_taken(connection, set(new.identifiers) - set(old.identifiers), number)
    if changed or set(old.identifiers) != set(new.identifiers):
        present_state = json.loads(metadata_state(connection, number, _STATE))
        state = json.dumps(_corrected(present_state, old, new, changed, instant(now)), ensure_ascii=False)
        corrections.set_metadata(connection, step, number, state, _STATE)
    for tag in set(old.tags) ^ set(new.tags):
        decisions.set_tag(connection, step, decisions.listed([number]), tag, tagged=tag in new.tags)


def replace_entry(connection: sqlite3.Connection, paper_id: int, text: str, now: datetime) -> Outcome:
    """Replace the fields of a paper by the fields of the entry `text`, as one step of the undo history.

    `text` is in BibTeX or BibLaTeX. If the entry lacks a field that is exported only on demand, such as the abstract,
    the paper keeps this field. Return the outcome. Raises the same errors as `correct`.
    """
    names = {name for name, _ in _read(text).fields}
    dialect = "biblatex" if names & {"date", "journaltitle", "eprinttype", "location"} else "bibtex"
    before = entry_to_edit(connection, paper_id, dialect=dialect)
    kept = [(name, value) for name, value in _read(before).fields if name in _KEPT and name not in names]
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in kept)
    return correct(connection, paper_id, before, _with_fields(text, lines), now, dialect=dialect)


def _with_fields(text: str, lines: str) -> str:
    """Return `text`, which contains an entry, with the fields `lines` added at the end of the entry."""
    from readq.formats.bib_file.blocks import ENTRY, blocks

    data = text.encode()
    for block in blocks(data):
        if block.kind == ENTRY and not block.is_commented:
            body, end = data[: block.end - 1].decode().rstrip().rstrip(","), data[block.end - 1 :].decode()
            return f"{body},\n{lines}{end}"
    return text


def set_title(connection: sqlite3.Connection, paper_id: int, title: str, now: datetime) -> Outcome:
    """Correct the title of a paper, as one step of the undo history. Return the outcome.

    Raises the same errors as `correct`.
    """
    from readq.formats.bibtex.writer import entry
    from readq.formats.field_choice import ALL
    from readq.latex.encode import Dialect

    paper = _citable(connection, paper_id)
    retitled = replace(paper, title=title, edited=paper.edited | {"title"})
    before, after = (entry(one, Dialect.BIBLATEX, ALL) for one in (paper, retitled))
    return correct(connection, paper_id, before, after, now)


def edit(
    connection: sqlite3.Connection,
    paper_id: int,
    environ: Mapping[str, str],
    clock: Callable[[], datetime],
    *,
    dialect: str = "biblatex",
) -> Outcome:
    """Open the entry of a paper in the user's editor, and apply the edits as one step of the undo history.

    Return the outcome. If the editor exits with an error before a save (`:cq` in vi), nothing is changed. Raises
    ReadqError if the editor fails after a save, or if the edited entry is refused. Raises LibraryError if the library
    cannot be written to. The message or the hint of each of these errors names a file that contains the edited text.
    """
    from readq.services.papers import text_editor

    before = entry_to_edit(connection, paper_id, dialect=dialect)
    after = text_editor.edit(before, "paper", environ, suffix=".bib")
    if after is None or after == before:
        return Outcome(0, 1)
    try:
        return correct(connection, paper_id, before, after, clock(), dialect=dialect)
    except (ReadqError, sqlite3.Error) as error:
        failure = error if isinstance(error, ReadqError) else library_error(error, library_path(connection))
        raise with_kept_text(failure, after) from error


def with_kept_text(failure: ReadqError, after: str, suffix: str = ".bib") -> ReadqError:
    """Save the edited text `after` to a file, whose name ends with `suffix`.

    Return `failure` with a hint that names the file.
    """
    from readq.services.papers.text_editor import save_to_file

    kept = save_to_file(after, suffix)
    hints = dict.fromkeys([failure.hint, "nothing was changed", f"your text is in {kept}"])
    return type(failure)(failure.message, "; ".join(filter(None, hints)))


def _refuse_untaken(old: FetchedPaper, typed: FetchedPaper) -> None:
    """Raise ReadqError if a field was changed that names other entries or keys, or contains TeX code."""
    was, fields = dict(old.fields), dict(typed.fields)
    untaken = sorted(name for name in _UNTAKEN if fields.get(name) != was.get(name))
    if untaken:
        raise ReadqError(f"readq edit cannot change {', '.join(untaken)}", "leave it as it was; nothing was changed")


def _refuse_wrong_date(old: FetchedPaper, typed: FetchedPaper) -> None:
    """Raise ReadqError if the date was changed to an invalid one, such as month 13."""
    from readq.formats.bibtex.date_fields import date_fault

    fields = dict(typed.fields)
    if fault := date_fault(fields, _changed(dict(old.fields), fields)):
        raise ReadqError(f"there is no {one_line(fault)}", "nothing was changed")


def _merge_changes(old: FetchedPaper, new: FetchedPaper, present: FetchedPaper) -> FetchedPaper:
    """Return the edited entry `new` with the changes from `old` to `present` that were made elsewhere.

    Raises ReadqError if the edit and the other change gave a field different values.
    """
    if present == old:
        return new
    was, typed, current = _entry_fields(old), _entry_fields(new), _entry_fields(present)
    # Compare columns too, because two fields can set one: title and subtitle, year and month.
    contested = _contested(was, typed, current) or _contested(_columns(old), _columns(new), _columns(present))
    if contested:
        changed = f"{', '.join(contested)} {'was' if len(contested) == 1 else 'were'} changed while the editor was open"
        raise ReadqError(changed, "edit the entry again")
    own = _changed(was, typed)
    others = [(name, value) for name, value in present.fields if name not in own]
    fields = (*others, *((name, value) for name, value in new.fields if name in own))
    removed = set(old.identifiers) - set(present.identifiers)
    return replace(new, fields=fields, identifiers=tuple(one for one in new.identifiers if one not in removed))


def _contested(was: Mapping[str, object], typed: Mapping[str, object], current: Mapping[str, object]) -> list[str]:
    return [name for name in _changed(was, typed) if current.get(name) not in (was.get(name), typed.get(name))]


def _changed(was: Mapping[str, object], typed: Mapping[str, object]) -> list[str]:
    return [name for name in {**was, **typed} if typed.get(name) != was.get(name)]


def _entry_fields(paper: FetchedPaper) -> Mapping[str, object]:
    """Return a mapping from the BibTeX names of all fields of an entry to their values."""
    return {"key": paper.key, "entry type": paper.entry_type, **dict(paper.fields)}


def _columns(paper: FetchedPaper) -> Mapping[str, object]:
    return {name: getattr(paper, name) for name in _EDITABLE}


def _corrected(
    state: dict[str, Any], old: FetchedPaper, new: FetchedPaper, changed: set[str], at: str
) -> Mapping[str, Any]:
    for name in changed - {"fields", "authors"}:
        state[name] = getattr(new, name)
    if "title" in changed:
        state["title_key"] = title_key(new.title)
    if "authors" in changed:
        state["authors"] = [list(author) for author in new.authors]
    if changed and (state["fields"] or "fields" in changed):
        # Fields that only BibTeX has are stored as typed; the others are exported from the corrected columns.
        state["fields"] = json.dumps(dict(new.fields), ensure_ascii=False)
    dropped = set(old.identifiers) - set(new.identifiers)
    kept = [tuple(one) for one in state["identifiers"] if tuple(one) not in dropped]
    state["identifiers"] = [*kept, *(one for one in new.identifiers if one not in kept)]
    state["edited"] = "\n".join(
        edit_marks.marked(edit_marks.latest(state["edited"].split()) | dict.fromkeys(changed, at))
    )
    return state


def _set_key(connection: sqlite3.Connection, step: int, paper_id: int, key: str, now: datetime) -> None:
    """Set the key of a paper, and give the links in notes the new key."""
    former = citations.citable(connection, paper_id)
    corrections.set_key(connection, step, paper_id, _usable_key(connection, key, paper_id))
    if former:
        note_links.rename_links(connection, step, {former.key: key}, now)


def _usable_key(connection: sqlite3.Connection, key: str, paper_id: int) -> str:
    if not is_accepted_key(key):
        raise UsageError(f"{quoted(key)} is not a valid citation key", "no spaces, and none of , { } \\ % # ~")
    holder = corrections.key_owner(connection, key)
    if holder not in (None, paper_id):
        raise ReadqError(f"{key} is a present or former key of #{holder}", "choose another")
    return key


def _refuse_taken(connection: sqlite3.Connection, added: Collection[Identifier], paper_id: int) -> None:
    """Raise ReadqError if another paper has one of the identifiers.

    URLs are not checked, because papers may share them.
    """
    for (_, value), holder in lookup.identifier_owners(connection, [one for one in added if one[0] != "url"]).items():
        if holder != paper_id:
            raise ReadqError(f"{value} belongs to #{holder}", f"readq merge {paper_id} {holder} merges the two")


def _citable(connection: sqlite3.Connection, paper_id: int) -> Citable:
    found = citations.citable(connection, paper_id, own_texts=True)
    if found is None:
        raise RemovedError(f"paper {paper_id} was removed in the meantime")
    # The note has a command and an editor of its own.
    return replace(found, note=None)


def _read(text: str) -> FetchedPaper:
    from readq.formats.bibtex.reader import read

    papers, rejected = read(text)
    if rejected:
        raise ReadqError(f"the entry cannot be parsed: {rejected[0].why}", "nothing was changed")
    if len(papers) != 1:
        raise ReadqError(f"{len(papers)} entries where one was expected", "nothing was changed")
    return papers[0]
