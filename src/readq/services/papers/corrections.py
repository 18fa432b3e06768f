"""Correcting the library by hand: the citation key, metadata as BibTeX in an editor, papers that do not belong."""

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from readq.days import instant
from readq.errors import ReadqError, UsageError
from readq.formats.bibtex import citation_keys
from readq.model import edit_marks
from readq.model.identifiers import title_key
from readq.model.matching import Identifier
from readq.model.values import Citable, FetchedPaper
from readq.services.history.steps import Outcome, as_step
from readq.store.connection.sqlite_errors import library_error
from readq.store.files.integrity import library_path
from readq.store.papers import citations, corrections, lookup
from readq.store.papers.field_states import metadata_state
from readq.store.references import RemovedError, current_id

_EDITABLE = ("title", "authors", "year", "published", "venue", "url", "entry_type")
"""What an entry in the editor says of a paper, beside its identifiers, its key and the fields that only BibTeX has."""

_STATE = (
    "title", "title_key", "authors", "year", "published", "venue", "url", "entry_type", "fields", "edited",
    "identifiers",
)  # fmt: skip


def set_key(connection: sqlite3.Connection, paper_id: int, key: str, now: datetime) -> Outcome:
    """Give a paper another citation key, frozen from then on; the former one stays valid as REF.

    Raises UsageError for what LaTeX would not take as a key, ReadqError when it belongs to another paper.
    """

    def act(step: int, present: list[int]) -> None:
        for number in present:
            corrections.set_key(connection, step, number, _usable_key(connection, key, number))

    return as_step(connection, [paper_id], f"keyed {key}", now, act)


def remove(connection: sqlite3.Connection, ids: Sequence[int], now: datetime) -> Outcome:
    """Remove papers for good; undo brings them back. A feed may bring them again: dropping is what keeps them away."""
    return as_step(connection, ids, "removed", now, lambda step, present: corrections.remove(connection, step, present))


def entry_to_edit(connection: sqlite3.Connection, paper_id: int) -> str:
    """The paper as an entry in BibLaTeX, in Unicode, for the reader's editor. Raises RemovedError when it is gone."""
    from readq.formats.bibtex.writer import entry
    from readq.latex.encode import Dialect

    return entry(_citable(connection, paper_id), Dialect.BIBLATEX)


def correct(connection: sqlite3.Connection, paper_id: int, before: str, after: str, now: datetime) -> Outcome:
    """Take over what a person changed in an entry: `before` as `entry_to_edit` gave it, `after` as it was saved.

    What was changed is marked, so that no source overwrites it. Of a paper that was merged since, it is the other one
    that is corrected. Raises RemovedError; and ReadqError for an entry that cannot be read, for what was changed
    elsewhere meanwhile, and for a key or an identifier of another paper.
    """
    old, typed = _read(before), _read(after)
    changed = set(_changed(_facts(old), _facts(typed)))
    if old.fields != typed.fields:
        changed.add("fields")

    def act(step: int, _present: list[int]) -> None:
        # Asked again, for now nothing else is written.
        number = current_id(connection, meant)
        new = _beside_others(old, typed, _read(entry_to_edit(connection, number)))
        if new.key and new.key != old.key:
            corrections.set_key(connection, step, number, _usable_key(connection, new.key, number))
        _refuse_anothers(connection, set(new.identifiers) - set(old.identifiers), number)
        if changed or set(old.identifiers) != set(new.identifiers):
            present_state = json.loads(metadata_state(connection, number, _STATE))
            state = json.dumps(_corrected(present_state, old, new, changed, instant(now)), ensure_ascii=False)
            corrections.set_metadata(connection, step, number, state, _STATE)

    meant = current_id(connection, paper_id)
    return as_step(connection, [meant], "edited", now, act)


def edit(
    connection: sqlite3.Connection, paper_id: int, environ: Mapping[str, str], clock: Callable[[], datetime]
) -> Outcome:
    """Open the paper's entry in the reader's editor and take over what was changed; `:cq` changes nothing.

    Raises ReadqError when the editor fails after a save and when the entry cannot be taken over, LibraryError when
    nothing can be written; what was typed is then kept in a file that the message names.
    """
    from readq.services.papers.text_editor import edit as in_editor

    before = entry_to_edit(connection, paper_id)
    after = in_editor(before, "paper", environ, suffix=".bib")
    if after is None or after == before:
        return Outcome(0, 1)
    try:
        return correct(connection, paper_id, before, after, clock())
    except (ReadqError, sqlite3.Error) as error:
        failure = error if isinstance(error, ReadqError) else library_error(error, library_path(connection))
        raise with_kept_text(failure, after) from error


def with_kept_text(failure: ReadqError, after: str) -> ReadqError:
    """The failure of a correction, which also says in which file the text is kept that was typed."""
    from readq.services.papers.text_editor import save_to_file

    kept = save_to_file(after, ".bib")
    told = dict.fromkeys([failure.hint, "nothing was changed", f"your text is in {kept}"])
    return type(failure)(failure.message, "; ".join(filter(None, told)))


def _beside_others(old: FetchedPaper, new: FetchedPaper, present: FetchedPaper) -> FetchedPaper:
    """What was typed, with the fields and without the identifiers that only others changed since `old`.

    Raises ReadqError for what both changed, unless to the same.
    """
    if present == old:
        return new
    was, typed, there = _said(old), _said(new), _said(present)
    # Two fields can make one fact: the title and its subtitle, the year and its month.
    contested = _contested(was, typed, there) or _contested(_facts(old), _facts(new), _facts(present))
    if contested:
        changed = f"{', '.join(contested)} {'was' if len(contested) == 1 else 'were'} changed elsewhere meanwhile"
        raise ReadqError(changed, "look at what is there now")
    mine = _changed(was, typed)
    theirs = [(name, value) for name, value in present.fields if name not in mine]
    fields = (*theirs, *((name, value) for name, value in new.fields if name in mine))
    taken_away = set(old.identifiers) - set(present.identifiers)
    return new._replace(fields=fields, identifiers=tuple(one for one in new.identifiers if one not in taken_away))


def _contested(was: Mapping[str, object], typed: Mapping[str, object], there: Mapping[str, object]) -> list[str]:
    return [name for name in _changed(was, typed) if there.get(name) not in (was.get(name), typed.get(name))]


def _changed(was: Mapping[str, object], typed: Mapping[str, object]) -> list[str]:
    return [name for name in {**was, **typed} if typed.get(name) != was.get(name)]


def _said(paper: FetchedPaper) -> Mapping[str, object]:
    """All that an entry says, by the names that it has there."""
    return {"key": paper.key, "entry type": paper.entry_type, **dict(paper.fields)}


def _facts(paper: FetchedPaper) -> Mapping[str, object]:
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
        # What only BibTeX knows is kept as it was typed; what both know now comes from the corrected columns.
        state["fields"] = json.dumps(dict(new.fields), ensure_ascii=False)
    gone = set(old.identifiers) - set(new.identifiers)
    kept = [tuple(one) for one in state["identifiers"] if tuple(one) not in gone]
    state["identifiers"] = [*kept, *(one for one in new.identifiers if one not in kept)]
    state["edited"] = "\n".join(
        edit_marks.marked(edit_marks.latest(state["edited"].split()) | dict.fromkeys(changed, at))
    )
    return state


def _usable_key(connection: sqlite3.Connection, key: str, paper_id: int) -> str:
    if not citation_keys.is_safe(key):
        raise UsageError(f"{key!r} is no citation key", "letters, digits and _ : . / + - , not digits alone")
    holder = corrections.key_holder(connection, key)
    if holder not in (None, paper_id):
        raise ReadqError(f"{key} is the key of #{holder}, or was", "choose another")
    return key


def _refuse_anothers(connection: sqlite3.Connection, added: Collection[Identifier], paper_id: int) -> None:
    """Raise ReadqError for an identifier that another paper has; an address may be that of several."""
    for (_, value), holder in lookup.holders(connection, [one for one in added if one[0] != "url"]).items():
        if holder != paper_id:
            raise ReadqError(f"{value} is #{holder}'s", f"readq merge {paper_id} {holder} makes them one")


def _citable(connection: sqlite3.Connection, paper_id: int) -> Citable:
    found = citations.citables(connection, [paper_id])
    if not found:
        raise RemovedError(f"paper {paper_id} was removed in the meantime")
    return found[0]


def _read(text: str) -> FetchedPaper:
    from readq.formats.bibtex.reader import read

    papers, rejected = read(text)
    if rejected:
        raise ReadqError(f"the entry cannot be read: {rejected[0].why}", "nothing was changed")
    if len(papers) != 1:
        raise ReadqError(f"{len(papers)} entries where one was expected", "nothing was changed")
    return papers[0]
