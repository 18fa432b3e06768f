"""Find the last records of papers that one side of a merge removed, in the histories of both sides."""

import contextlib
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple

from readq.errors import ReadqError
from readq.merge.three_way.libraries import LastRecords
from readq.model.records import PaperRecord
from readq.services.dump import file_layout
from readq.services.dump.three_way.compared_dumps import (
    DumpVersion,
    PaperLines,
    is_same_paper,
    lines_by_key,
    names_of,
    ratings_by_key,
)
from readq.services.dump.three_way.dump_parts import checked_part


class PastVersion(NamedTuple):
    """A version of one side's dump, from the time between the base and now."""

    dump: DumpVersion
    keys: Mapping[str, str]
    """Maps keys in the base to keys in this version, for papers that the side removed after this version."""


class Histories(NamedTuple):
    """The histories of both sides since the base.

    Each function takes citation keys of papers in the base that its side has removed. It returns the last versions of
    the side's dump that still have one of these papers.
    """

    ours: Callable[[Collection[str]], Iterable[PastVersion]]
    theirs: Callable[[Collection[str]], Iterable[PastVersion]]


def find_last_records(
    base: Mapping[str, PaperLines],
    ours: Mapping[str, PaperLines],
    theirs: Mapping[str, PaperLines],
    keys: Iterable[str],
    histories: Histories,
) -> LastRecords:
    """Return the last records of papers that one side removed and the other changed or joined."""
    found: list[dict[str, list[PaperRecord]]] = []
    for here, there, history in ((ours, theirs, histories.ours), (theirs, ours, histories.theirs)):
        changed = [key for key in keys if key in base and there.get(key) != base[key]]
        removed = [base[key].key for key in changed if key not in here or not _is_same(base, key, here[key].paper)]
        found.append({})
        for past, names in history(removed) if removed else ():
            lists = {file_layout.list_path(file_layout.note_path(key)) for key in names.values()}
            # What is no whole dump, such as a commit by hand, tells nothing, but does not keep anyone from sharing.
            with contextlib.suppress(ReadqError):
                lines = lines_by_key(past, {*lists, file_layout.PAPERS}, ratings_by_key(past), {})
                some = {key.casefold() for key in names.values()}
                records = {record.key.casefold(): record for record in checked_part(past, lines, some).papers}
                for key, name in names.items():
                    # A person may have moved its line to another list.
                    if (record := records.get(name.casefold())) is not None:
                        found[-1].setdefault(key.casefold(), []).append(record)
    return LastRecords(*found)


def _is_same(base: Mapping[str, PaperLines], key: str, later: str) -> bool:
    """Return whether the line `later` is about the paper `key` in `base`. Another paper may have taken its key."""
    others = {name.casefold() for name in names_of(later)} & base.keys() - {key}
    return is_same_paper(base[key].paper, later, tuple(base[name].paper for name in sorted(others)))
