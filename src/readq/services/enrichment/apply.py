"""What services say of papers that the library has: written as better metadata, and no step comes of it."""

import contextlib
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.days import instant, local_day
from readq.model.values import Rejected
from readq.services.enrichment.lookup import Told
from readq.services.importing.ingest import Entry, take_in
from readq.store.connection.transactions import writing
from readq.store.enrichment import pending_papers as pending_rows
from readq.store.library import open_for_changing, open_for_reading
from readq.store.papers import lookup as known


class Twin(NamedTuple):
    """A paper that turned out to be one which the library has under another number as well."""

    number: int
    other: int
    name: str


class Completed(NamedTuple):
    """What became of it, in the numbers of papers; twins stay as they were, and `messages` tell what was joined."""

    updated: tuple[int, ...] = ()
    twins: tuple[Twin, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    messages: tuple[str, ...] = ()


def complete(library: str, told: Sequence[Told], now: datetime, busy_timeout: float) -> Completed:
    """Write what services said, in one transaction; papers that are gone meanwhile are left out.

    What a person set stays, and provisional keys follow. Two papers of the library that an id links become one; where
    only a title does, a person decides. Raises the kinds of LibraryError.
    """
    if not told:
        return Completed()
    twins = _twins(library, told, busy_timeout)
    believed = [one for one in told if one.number not in twins]
    day = local_day(now).isoformat()
    before = _fingerprints(library, believed, busy_timeout)
    taken = take_in(library, [Entry(one.paper, None, day, number=one.number) for one in believed], now, busy_timeout)
    another = [one.number for one, number in zip(believed, taken.papers, strict=True) if number is None]
    after = _fingerprints(library, believed, busy_timeout)
    with contextlib.closing(open_for_changing(library, busy_timeout)) as connection, writing(connection):
        pending_rows.remove(connection, [number for number in taken.papers if number is not None])
        for twin in twins.values():
            pending_rows.record_failure(connection, twin.number, instant(now), f"is #{twin.other} too")
    return Completed(
        tuple(number for number in before if before[number] != after.get(number)),
        tuple(twins.values()),
        taken.rejected or tuple(Rejected(f"#{one}", "its ids say that it is another paper") for one in set(another)),
        taken.messages,
    )


def _twins(library: str, told: Sequence[Told], busy_timeout: float) -> dict[int, Twin]:
    """Papers that were found by their title, and whose ids belong to another paper of the library or of this run."""
    found: dict[int, Twin] = {}
    names = [name for one in told if one.by_title for name in one.paper.identifiers]
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        holders = known.holders(connection, names)
    for one in told:
        for name in one.paper.identifiers if one.by_title else ():
            holder = holders.setdefault(name, one.number)
            if holder != one.number:
                found.setdefault(one.number, Twin(one.number, holder, name[1]))
    return found


def _fingerprints(library: str, told: Sequence[Told], busy_timeout: float) -> dict[int, object]:
    ids = {one.number for one in told}
    with contextlib.closing(open_for_reading(library, busy_timeout)) as connection:
        rows, names = known.metadata_of(connection, ids), known.identifiers_of(connection, ids)
    return {number: (row, names[number]) for number, row in sorted(rows.items())}
