"""Find papers into which an import merged another work by mistake, and make a separate paper of each such work.

The library keeps copies of imported entries. If the copies of one paper describe different works, an import has merged
these works by mistake. For papers without copies, only the citation keys can show such a mistake.
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import combinations
from typing import NamedTuple

from readq.model.citation_keys.template import base_key
from readq.model.identity.comparison import OTHER_TITLE, Relation, Verdict, compare, is_corrected
from readq.model.identity.evidence import Evidence
from readq.model.identity.generic_titles import is_generic
from readq.model.metadata import Metadata, first_metadata
from readq.model.metadata_columns import columns
from readq.model.values import Status, Trust
from readq.services.importing import identification
from readq.store.check import Problem
from readq.store.journal import steps
from readq.store.papers import corrections, field_states, lookup, provenance
from readq.store.papers.insert import NewPaper, insert_papers
from readq.store.papers.joined_keys import JoinedKey, aliases_of_imports
from readq.store.papers.provenance import SourceRecord

KIND = "identity"
_GENERATED = re.compile(r"[a-z]+[0-9]{4}[a-z0-9]*")
_STEP = "separated"


class _Other(NamedTuple):
    """Another work that was wrongly joined to the paper `paper_id`. `key` is its citation key, or None.

    `source` is its record, or None if only its key and title are known.
    """

    paper_id: int
    key: str | None
    metadata: Metadata
    identifiers: tuple[tuple[str, str], ...] = ()
    source: SourceRecord | None = None
    why: str = "only its key is left"


def find_problems(connection: sqlite3.Connection) -> list[Problem]:
    """Return a problem for each paper into which an import merged another work by mistake.

    This function also works on a library with an older schema.
    """
    by_paper: dict[int, list[_Other]] = defaultdict(list)
    for other in _others(connection):
        by_paper[other.paper_id].append(other)
    return [Problem(KIND, _description(number, others)) for number, others in sorted(by_paper.items())]


def _description(number: int, others: Sequence[_Other]) -> str:
    keys = [other.key or other.metadata.title for other in others]
    named = ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")
    return f"#{number} holds other works, too: {named} ({others[0].why})"


def repair_problems(connection: sqlite3.Connection, at: str) -> None:
    """Make a new paper of each work that an import merged into another paper, as one step of the undo history.

    Runs inside the caller's transaction. `at` is the present time as UTC text. If the library kept no copy of the
    imported entry, the new paper has only a citation key and a title. The user can complete it by importing the same
    file again.
    """
    others = _others(connection)
    if not others:
        return
    step = steps.begin(connection, at, _STEP)
    rows = lookup.metadata_of(connection, {other.paper_id for other in others})
    status = _status(connection, others)
    first = lookup.next_paper_number(connection)
    taken = {str(row["key"]).casefold() for row in rows.values()}
    new: list[NewPaper] = []
    moved: list[SourceRecord] = []
    owners: dict[tuple[str, str], int] = {}
    for other in others:
        _take_from_keeper(connection, step, other)
        # Records of one work, from several sources, make one paper.
        number = next((owners[one] for one in other.identifiers if one in owners), None)
        if number is None:
            number = first + len(new)
            key = _free_key(connection, other.key, number, taken)
            taken.add(key.casefold())
            new.append(_new_paper(number, other, key, status[other.paper_id]))
            owners |= dict.fromkeys(other.identifiers, number)
        if other.source:
            moved.append(other.source._replace(paper_id=number, said=None))
    held = lookup.identifier_owners(connection, owners)
    new = [one._replace(identifiers=[each for each in one.identifiers if each not in held]) for one in new]
    insert_papers(connection, new, step, at)
    provenance.put(connection, None, moved, {one.number for one in new})
    steps.finish(connection, step)


def _free_key(connection: sqlite3.Connection, wanted: str | None, number: int, taken: Collection[str]) -> str:
    """Return the key of a new paper. It is `wanted`, unless that is None or another paper has this key by now."""
    key = wanted or "paper"
    is_free = wanted and key.casefold() not in taken and corrections.key_owner(connection, key) is None
    return key if is_free else f"{key}-{number}"


def _new_paper(number: int, other: _Other, key: str, status: tuple[str, str | None, str]) -> NewPaper:
    values = columns(other.metadata)
    state, decided, added = status
    own = {"key": key, "key_frozen": 1, "status": state, "decided": decided, "added": added}
    return NewPaper(number, {**values, **own}, other.metadata.authors, other.identifiers)


def _status(connection: sqlite3.Connection, others: Sequence[_Other]) -> dict[int, tuple[str, str | None, str]]:
    found = {}
    for number in {other.paper_id for other in others}:
        row = connection.execute("SELECT status, decided, added FROM paper WHERE id = ?", (number,)).fetchone()
        found[number] = (str(Status(row[0])), row[1], row[2])
    return found


def _take_from_keeper(connection: sqlite3.Connection, step: int, other: _Other) -> None:
    """Remove the key, the identifiers and the source of another work from the paper to which it was joined."""
    if other.key:
        corrections.remove_alias(connection, step, other.paper_id, other.key)
    if other.identifiers:
        before = field_states.metadata_state(connection, other.paper_id, ("identifiers",))
        connection.executemany(
            "DELETE FROM identifier WHERE scheme = ? AND value = ? AND paper_id = ?",
            [(*identifier, other.paper_id) for identifier in other.identifiers],
        )
        parts = field_states.changed_parts(
            before, field_states.metadata_state(connection, other.paper_id, ("identifiers",))
        )
        if parts is not None:
            steps.record(connection, step, [(other.paper_id, "metadata", *parts)])
    if other.source:
        provenance.take(connection, step, other.paper_id, other.source)


def _others(connection: sqlite3.Connection) -> list[_Other]:
    return [*_by_records(connection), *_by_keys(connection)]


def _by_keys(connection: sqlite3.Connection) -> list[_Other]:
    return [
        _Other(one.paper_id, one.alias, Metadata(title=one.title, title_key=_title_key(one.title), trust=Trust.PAGE))
        for one in aliases_of_imports(connection)
        if not _may_be_provisional(one)
    ]


def _title_key(title: str) -> str:
    from readq.model.identifiers import title_key

    return title_key(title)


def _may_be_provisional(one: JoinedKey) -> bool:
    """Return whether readq may have made the key for the paper, before an import with the user's own key."""
    key, own = one.alias.casefold(), one.own_key.casefold()
    if key.startswith(own) or own.startswith(key):
        return True
    # The alias has the form of readq's own keys. Papers with provisional keys come from feeds: no generic titles.
    if _GENERATED.fullmatch(one.alias) and not is_generic(_title_key(one.title)):
        return True
    author, title = base_key(one.authors, None, one.title), base_key((), None, one.title)
    first = base_key(one.authors, None, "") if one.authors else ""
    return key.startswith(title) or (bool(first) and key.startswith(first) and key.endswith(author.removeprefix(first)))


def _by_records(connection: sqlite3.Connection) -> list[_Other]:
    """Return the stored records that describe another work than the first record of their paper."""
    found: list[_Other] = []
    for number in provenance.papers_with_several(connection):
        kept = [one for one in provenance.records_of(connection, number) if one.said]
        papers = [identification.paper_of_record(provenance.parsed_record(one)) for one in kept]
        said = [first_metadata(paper) for paper in papers]
        evidence = [
            identification.evidence_of(paper, metadata, (one.origin, one.name))
            for paper, metadata, one in zip(papers, said, kept, strict=True)
        ]
        apart: set[int] = set()
        for first, second in combinations(range(len(kept)), 2):
            if first in apart or second in apart:
                continue
            verdict = compare(evidence[first], evidence[second])
            if _is_proof(verdict, evidence[first], evidence[second]) and not _is_linked(evidence, first, second):
                apart.add(second)
                paper = papers[second]
                own = tuple(one for one in paper.identifiers if one not in evidence[first].identifiers)
                why = ", ".join(verdict.why)
                found.append(_Other(number, paper.key, said[second], own, kept[second], why))
    return found


def _is_proof(verdict: Verdict, one: Evidence, other: Evidence) -> bool:
    """Return whether the verdict on two records of one paper proves that they are different works.

    A title alone is no proof if it may be a correction: an entry of a file keeps its paper when its title is corrected,
    while the record of another source keeps the title that it had.
    """
    is_by_title = verdict.why == OTHER_TITLE
    return verdict.relation is Relation.DIFFERENT and not (is_by_title and is_corrected(one, other))


def _is_linked(evidence: Sequence[Evidence], first: int, second: int) -> bool:
    """Return whether a third record is the same work as both of two records, so that the two are one work.

    The third record must have an identifier in common with at least one of the two.
    """
    for third in (one for place, one in enumerate(evidence) if place not in (first, second)):
        pair = [(evidence[place], _is_identified(third, evidence[place])) for place in (first, second)]
        if any(named for _, named in pair) and all(
            named or compare(third, other).relation is Relation.SAME for other, named in pair
        ):
            return True
    return False


def _is_identified(one: Evidence, other: Evidence) -> bool:
    return not one.identifiers.isdisjoint(other.identifiers)
