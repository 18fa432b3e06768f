"""Compare each entry of an import with the last record from its origin, and store the new record.

The origin of an entry is a file, feed or page. A record is the metadata that an origin gave for a paper at an import.
The module also reports which entries became part of stored papers.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from readq.formats.bibtex.reader import keyword_field_tags
from readq.model.citation_keys.syntax import biber_key
from readq.model.field_limits import is_day
from readq.model.identity.comparison import Relation, are_similar, compare, contradict
from readq.model.identity.evidence import Evidence, Name, reused_name, without_number
from readq.model.identity.works import Join, Sorting, Work
from readq.model.import_report import Joined
from readq.model.metadata import first_metadata
from readq.model.metadata_columns import stored_metadata
from readq.model.values import Trust
from readq.services.importing import identification
from readq.services.importing.arrivals import AcceptedEntry
from readq.services.importing.changes import Changes, Entry, PaperChange, PreviousRecord
from readq.store.papers import look_alikes, lookup, provenance
from readq.store.papers.provenance import SourceRecord, SourceState

_MORE_NUMBERS = 4
"""The numbers of records that are looked up in addition to those of the entries. An entry may have been removed."""


class History:
    """The records that earlier imports stored for the accepted entries of the present import.

    A record is the metadata that an origin, such as a file or a feed, gave for a paper. The methods compare the entries
    with their records, and replace the records.
    """

    def __init__(self, connection: sqlite3.Connection, accepted: Sequence[AcceptedEntry]) -> None:
        self._connection = connection
        self._known: dict[Name, SourceState] = provenance.by_name(
            connection, [one.name for one in accepted if one.name]
        )
        self.accepted = self._accepted = self._numbered_as_stored(accepted)
        """The entries, each with the name of its record."""
        changed = [one.name for one in self._accepted if one.name and self._is_changed(one)]
        self._said = provenance.said_under(connection, changed)
        self._said_in_files = self._said | self._equal_to_papers(one for one in changed if one not in self._said)
        self._beside = provenance.said_beside(connection, filter(None, map(self._other_work, self._accepted)))
        self._works: dict[int, Work] = {}
        self._days: dict[tuple[int, str], set[str]] | None = None

    def _numbered_as_stored(self, accepted: Sequence[AcceptedEntry]) -> Sequence[AcceptedEntry]:
        """Return the entries, with other numbers for entries of a file that have one citation key.

        An entry that has not changed gets the number of its record, wherever it stands in the file now.
        """
        keys = {
            without_number(one.name) for one in accepted if one.name and one.entry.paper.key and self._is_changed(one)
        }
        groups: dict[Name, list[AcceptedEntry]] = {name: [] for name in keys if _is_in_file(name)}
        for one in accepted if groups else ():
            if one.name and (group := groups.get(without_number(one.name))) is not None:
                group.append(one)
        numbered = [
            (origin, f"{key} #{number}")
            for (origin, key), group in groups.items()
            for number in range(2, len(group) + _MORE_NUMBERS)
        ]
        self._known |= provenance.by_name(self._connection, numbered)
        records: dict[Name, dict[int, Name]] = {name: {} for name in groups}
        for name, state in self._known.items() if groups else ():
            if (known := records.get(without_number(name))) is not None:
                known[state.digest] = name
        names: dict[int, Name] = {}
        for key, group in groups.items():
            names |= _names_of_records(group, records[key])
        return [
            one._replace(name=own, evidence=one.evidence._replace(names=frozenset((own,))))
            if (own := names.get(one.place))
            else one
            for one in accepted
        ]

    def same_as_before(self, one: AcceptedEntry) -> int | None:
        """Return the id of the entry's paper if the entry `one` has not changed since an earlier import.

        Return None if the entry has changed, or if no earlier import stored its record.
        """
        known = self._known.get(one.name) if one.name else None
        return known.paper_id if known and known.digest == one.digest else None

    def evidence(self, one: AcceptedEntry) -> Evidence:
        """Return the facts that identify the paper of the entry `one`.

        The facts include the name of the entry at its origin. The name is marked as reused if the last record with this
        name describes another work. For example, a file may use one citation key first for one work, then for another.
        The name is marked as reused, too, if another source of the paper says that the paper has other identifiers.
        """
        said = self._said_in_file(one)
        if said is None:
            return one.evidence
        paper = identification.paper_of_record(said)
        before = identification.evidence_of(paper, first_metadata(paper, one.entry.day), one.name)
        is_same = compare(before, one.evidence).relation is Relation.SAME and not any(
            contradict(identification.paper_of_record(other).identifiers, one.evidence.identifiers)
            for other in self._beside.get(one.name or ("", ""), ())
        )
        return one.evidence if is_same else one.evidence._replace(names=frozenset(map(reused_name, one.evidence.names)))

    def _said_in_file(self, one: AcceptedEntry) -> Mapping[str, Any] | None:
        """Return the last record of an entry of a file. Return None if it is not known, or equals the entry."""
        return self._said_in_files.get(one.name) if one.name and _is_in_file(one.name) else None

    def _equal_to_papers(self, names: Iterable[Name]) -> dict[Name, dict[str, Any]]:
        """Return the records of entries of files that are not stored because they equal the metadata of their papers.

        Leaves out papers with a title that a person set. Their titles are not those of the records.
        """
        numbers = {name: self._known[name].paper_id for name in names if _is_in_file(name)}
        if not numbers:
            return {}
        ids = set(numbers.values())
        metadata = {number: stored_metadata(row) for number, row in lookup.metadata_of(self._connection, ids).items()}
        identities = lookup.identities_of(self._connection, ids)
        return {
            name: json.loads(identification.record_of_stored(metadata[number], identities[number].identifiers, name[1]))
            for name, number in numbers.items()
            if number in metadata and "title" not in metadata[number].edited
        }

    def _other_work(self, one: AcceptedEntry) -> Name | None:
        """Return the name of an entry whose identifiers are now those of another work, else None."""
        said = self._said_in_file(one)
        before = identification.paper_of_record(said).identifiers if said else ()
        return one.name if contradict(before, one.evidence.identifiers) else None

    def compare(self, one: AcceptedEntry, work: Work) -> PreviousRecord:
        """Compare the entry `one` with the last record from its origin, and return the result.

        `work` is the group of all stored papers and imported entries that describe the same paper as `one`.
        """
        self._works[one.place] = work
        known = self._known.get(one.name) if one.name else None
        if known is None or known.paper_id not in work.papers:
            return PreviousRecord()
        if known.digest == one.digest:
            return PreviousRecord(is_repeated=True)
        said = self._said.get(one.name) if one.name else None
        if said is None:
            return PreviousRecord(is_corrected=True, identifiers=work.evidence.identifiers)
        paper = identification.paper_of_record(said)
        old = first_metadata(paper, one.entry.day)
        return PreviousRecord(is_corrected=True, metadata=old, identifiers=frozenset(paper.identifiers))

    def with_new_tags(self, entry: Entry, one: AcceptedEntry, work: Work) -> Entry:
        """Return `entry`, the entry of `one`, without the keywords that its last record in a .bib file had.

        A person may have removed the tags of these keywords. All keywords stay if the record is of another paper.
        `work` is the group of all stored papers and imported entries that describe the same paper as `one`.
        """
        known = self._known.get(one.name) if one.name and entry.paper.tags else None
        said = self._said_in_file(one) if known and known.paper_id in work.papers else None
        if said is None:
            return entry
        before = keyword_field_tags(dict(identification.paper_of_record(said).fields))
        tags = tuple(tag for tag in entry.paper.tags if tag not in before)
        return entry._replace(paper=replace(entry.paper, tags=tags))

    def dated(self, one: AcceptedEntry, work: Work, sorting: Sorting) -> Entry:
        """Return the entry, with another day if it is no new appearance of the paper in its feed.

        An entry is no new appearance if it states no day, or if it has not changed since an earlier pull. Such an entry
        gets the first day on which the feed listed the paper. Its day stays as it is if the feed listed the paper on
        this day, or never before. `work` is the group of all stored papers and imported entries that describe the same
        paper, and `sorting` has the works of all entries.
        """
        entry = one.entry
        stated = entry.paper.appearance.day if entry.paper.appearance else None
        is_new = stated and is_day(stated) and self.same_as_before(one) is None
        if not entry.feed or not work.papers or is_new:
            return entry
        if self._days is None:
            # Of all entries at once, and only if there is one that needs them.
            numbers = {min(each.papers) for each in sorting.works if each.papers}
            self._days = lookup.days_in_feeds(self._connection, numbers)
        days = self._days.get((min(work.papers), entry.feed))
        return entry if not days or entry.day in days else entry._replace(day=min(days))

    def write(self, changes: Changes, numbers: Mapping[int, int], sorting: Sorting, step: int | None) -> None:
        """Store the new records of the entries.

        If an entry is the only source of its paper, only the hash of its record is stored, because the record equals
        the paper's metadata. The whole record is stored when another source changes the paper. `numbers` has the paper
        id of each entry, by the entry's index. `sorting` tells which entries were joined to papers, and why. If `step`
        is the number of a step in the undo history, undoing this step also restores the records of the papers that the
        import changes.
        """
        titled = {self._accepted[one].place for join in sorting.joins if join.by == "title" for one in join.arrivals}
        # By name: a list or a feed may have the same entry twice.
        records: dict[Name, SourceRecord] = {}
        silent: dict[Name, SourceRecord] = {}
        alone: set[int] = set()
        for one in self._accepted:
            work = self._works.get(one.place)
            if work is None or one.place not in numbers or self.same_as_before(one) is not None:
                continue
            name = self._name_to_keep(one, titled)
            if name is None:
                continue
            number = numbers[one.place]
            is_alone = self._is_alone(one, work)
            if is_alone:
                alone.add(number)
            said = None if is_alone else identification.record_of(one.entry.paper)
            record = SourceRecord(*name, number, one.digest, said)
            (records if changes.papers[number].is_written else silent)[name] = record
        changed = [
            change
            for change in changes.papers.values()
            if not change.is_new and change.metadata != change.metadata_before
        ]
        provenance.keep(
            self._connection,
            {
                change.number: identification.record_of_stored(
                    change.metadata_before, change.identifiers - change.added_identifiers, change.key_before
                )
                for change in changed
                if change.number not in alone
            },
        )
        new = {change.number for change in changes.papers.values() if change.is_new}
        provenance.put(self._connection, step, records.values(), new)
        # A record that changes nothing in a paper is not part of a person's step.
        provenance.put(self._connection, None, silent.values(), new)

    def _name_to_keep(self, one: AcceptedEntry, titled: Collection[int]) -> Name | None:
        """Return the name under which to store the record. Return None if the record is not stored.

        If a feed does not give its entries ids, the record of an entry is stored only if the entry was identified by
        its title.
        """
        if one.name is not None:
            return None if one.name[0] == identification.STANDARD_INPUT else one.name
        if one.entry.feed and one.place in titled and one.entry.paper.identifiers:
            return f"page:{one.entry.feed}", ":".join(one.entry.paper.identifiers[0])
        return None

    def _is_alone(self, one: AcceptedEntry, work: Work) -> bool:
        """Return whether no other origin has a record of the paper."""
        if len(work.arrivals) > 1:
            return False
        if not work.papers:
            return True
        known = self._known.get(one.name) if one.name else None
        return known is not None and known.paper_id in work.papers and not known.is_kept

    def _is_changed(self, one: AcceptedEntry) -> bool:
        known = self._known.get(one.name) if one.name else None
        return known is not None and known.digest != one.digest

    def joined(self, changes: Changes, numbers: Mapping[int, int], sorting: Sorting) -> tuple[Joined, ...]:
        """Return the entries that became part of a paper and that the user should check, each with the reason.

        An entry is listed in four cases:

        - The entry has only the title in common with the paper.
        - The entry has an identifier, but no title in common with the paper.
        - The paper has another citation key than the entry.
        - The file of the entry has another entry for the same paper.

        `numbers` has the paper id of each entry, by the entry's index. `sorting` tells which entries were joined to
        papers, and why.
        """
        reasons = {place: join for join in sorting.joins for place in join.arrivals}
        by_work: dict[Work, Join] = {}
        for place, reason in reasons.items():
            by_work.setdefault(sorting.works[place], reason)
        found: list[Joined] = []
        first: set[int] = set()
        in_file: set[tuple[str, int]] = set()
        times = Counter(one.name for one in self._accepted)
        for place, (one, work) in enumerate(zip(self._accepted, sorting.works, strict=True)):
            number = numbers.get(one.place)
            if number is None:
                continue
            is_first = changes.papers[number].is_new and number not in first
            first.add(number)
            is_repeated = one.entry.file is not None and (one.entry.file, number) in in_file
            if one.entry.file is not None:
                in_file.add((one.entry.file, number))
            join = reasons.get(place, by_work.get(work))
            key = one.entry.paper.key or ""
            is_repeated = is_repeated or (bool(key) and times[one.name] > 1)
            if is_first or join is None or join.by == "number" or (join.by == "name" and not is_repeated):
                continue
            into = changes.papers[number].key
            is_twice_here = is_repeated or (bool(key) and changes.papers[number].is_new)
            is_its_key = key.casefold() in (into.casefold(), biber_key(into).casefold())
            is_doubtful = join.by == "title" or (
                join.by == "identifier" and _is_other_title(one, changes.papers[number])
            )
            if is_doubtful or is_twice_here or (key and not is_its_key):
                found.append(Joined(key or one.entry.paper.where, into, _reason(join)))
        return tuple(found)


def _is_in_file(name: Name) -> bool:
    return name[0].startswith("file:")


def _is_other_title(one: AcceptedEntry, change: PaperChange) -> bool:
    """Return whether an entry of the user's own file has another title than all records of its stored paper.

    An identifier of another work may have been copied into the entry. An entry of a list has no title of its own.
    """
    title = one.metadata.title_key
    is_own = one.entry.file is not None and not one.entry.feed and one.metadata.trust > Trust.PAGE
    is_new_title = not change.is_new and title in change.added_titles
    return is_own and is_new_title and not are_similar([title], change.titles - change.added_titles)


def _names_of_records(group: Sequence[AcceptedEntry], records: Mapping[int, Name]) -> dict[int, Name]:
    """Return a dict that maps the indexes of entries with one citation key to the names of their records.

    `records` maps digests to the names of the stored records with this key. Each name is given to entries with one
    digest only.
    """
    found = {one.digest: records[one.digest] for one in group if one.digest in records}
    free = dict.fromkeys(one.name for one in group if one.name and one.name not in found.values())
    for one in group:
        if one.digest not in found and free:
            name = one.name if one.name in free else next(iter(free))
            found[one.digest] = name
            del free[name]
    return {one.place: found[one.digest] for one in group if one.digest in found}


def _reason(join: Join) -> str:
    """Return the reason of a join for a message: the scheme of an identifier, such as `doi`, or a phrase."""
    if join.by == "name":
        return "the same entry twice"
    if join.by != "identifier" or not join.why:
        return ", ".join(join.why)
    return join.why[0].split(" ")[1].lower()


def note_look_alikes(
    connection: sqlite3.Connection, sorting: Sorting, numbers: Sequence[int | None]
) -> tuple[tuple[int, int], ...]:
    """Store the pairs of papers that `sorting` found to look alike. Return the pairs that were not stored before.

    A pair is returned as two paper ids. `numbers` has the paper id of each entry of the import, in the order of the
    entries, or None for an entry that was left out.
    """

    def number_of(work: Work) -> int | None:
        arrived = (numbers[place] for place in work.arrivals)
        return min(work.papers) if work.papers else next((one for one in arrived if one), None)

    pairs = []
    for pair in sorting.look_alikes:
        one, other = number_of(pair.one), number_of(pair.other)
        if one and other and one != other:
            pairs.append(look_alikes.Pair(one, other, pair.why))
    return tuple((pair.one, pair.other) for pair in look_alikes.note(connection, pairs))
