"""Merge the dump in a folder into a library, by the rules of `readq.merge`."""

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from readq.days import instant
from readq.errors import NothingReadableError, ReadqError
from readq.feeds.secrets import NOT_WHOLE, is_masked, masked
from readq.merge.libraries import MergedLibrary, MergedPaper, merge
from readq.model.identifiers import title_key
from readq.model.import_report import ImportReport
from readq.model.records import FeedRecord, LibraryRecord, PaperRecord
from readq.model.values import Rejected
from readq.services.dump import dump_settings
from readq.services.dump.read_folder import read_dump
from readq.services.papers.card_replay import replay_answers
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.transactions import reading
from readq.store.feeds import feeds_and_views
from readq.store.journal import steps
from readq.store.library import open_for_reading, write_transaction
from readq.store.papers import notes
from readq.store.papers.insert import feed_ids
from readq.store.papers.lookup import next_paper_number
from readq.store.records import read, write
from readq.store.records.cards import CardWriter
from readq.store.records.write import NumberedRecord
from readq.store.review import card_snapshots


class DumpOptions(NamedTuple):
    """Options for importing a dump. `tags` are added to every paper of the dump.

    If the file `config_path` does not exist, settings of the dump are written to it. If `all_settings` is true, these
    are all settings. If it is false, they are only those that cannot make readq run a command, send requests elsewhere
    or use another file. With `dry_run`, nothing is stored. `busy_timeout` is in seconds.
    """

    tags: tuple[str, ...] = ()
    config_path: str | None = None
    dry_run: bool = False
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    all_settings: bool = False


class _Present(NamedTuple):
    """The library before the merge; `numbers` are the ids of its papers, in the order of `library.papers`."""

    numbers: tuple[int, ...]
    library: LibraryRecord


def import_dump(library: str, folder: str, options: DumpOptions, now: datetime) -> ImportReport:
    """Merge the dump in `folder` into the library at the path `library`, as one step that undo can reverse.

    If the dump shows that two papers of the library are one paper, they are merged first, as a separate step. Raises
    NothingReadableError if the list of papers in the dump cannot be read. Raises LibraryError or a subclass if the
    library cannot be read or written.
    """
    try:
        dumped = read_dump(folder)
    except ReadqError as error:
        raise NothingReadableError(error.message, error.hint) from error
    papers = tuple(replace(paper, tags=_with_tags(paper, options.tags)) for paper in dumped.library.papers)
    incoming = dumped.library._replace(papers=papers)
    if options.dry_run:
        with closing(open_for_reading(library, options.busy_timeout)) as connection, reading(connection):
            present = _present(connection)
        incoming, lacking = _with_own_secrets(incoming, present.library)
        return _report(present, merge(present.library, incoming), (*dumped.rejected, *lacking))
    with write_transaction(library, options.busy_timeout) as connection:
        present = _present(connection)
        incoming, lacking = _with_own_secrets(incoming, present.library)
        merged = merge(present.library, incoming)
        step = _store(connection, present, merged, instant(now))
    report = _report(present, merged, (*dumped.rejected, *lacking))
    settings = dump_settings.take(dumped.config, options.config_path, all_settings=options.all_settings)
    return report._replace(step=step, messages=(*report.messages, *settings))


def _with_tags(paper: PaperRecord, tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*paper.tags, *tags}))


def _present(connection: sqlite3.Connection) -> _Present:
    papers = read.papers(connection)
    library = LibraryRecord(tuple(papers.values()), read.feeds(connection), read.views(connection))
    return _Present(tuple(papers), library)


def _with_own_secrets(incoming: LibraryRecord, present: LibraryRecord) -> tuple[LibraryRecord, list[Rejected]]:
    """Replace the masked addresses of a dump by those that the library has. Leave out and reject the others."""
    own = {masked(feed.spec): feed.spec for feed in present.feeds}
    feeds: list[FeedRecord] = []
    lacking: list[Rejected] = []
    for feed in incoming.feeds:
        if not is_masked(feed.spec):
            feeds.append(feed)
        elif feed.spec in own:
            feeds.append(feed._replace(spec=own[feed.spec]))
        else:
            lacking.append(Rejected(f"feed {feed.name}", NOT_WHOLE))
    return incoming._replace(feeds=tuple(feeds)), lacking


def _is_changed(merged: MergedPaper, present: _Present) -> bool:
    return len(merged.ours) != 1 or present.library.papers[merged.ours[0]] != merged.paper


def _store(connection: sqlite3.Connection, present: _Present, merged: MergedLibrary, at: str) -> int | None:
    """Write the merged library. Return the number of the last step, None if nothing changed."""
    changed = [paper for paper in merged.papers if _is_changed(paper, present)]
    stored = [(paper.paper, _keeper(paper, present)) for paper in changed if paper.ours]
    before = dict(zip(present.numbers, present.library.papers, strict=True))
    duplicates, last_merge = _merge_duplicates(connection, changed, present, at)
    before |= duplicates
    step = steps.begin(connection, at, "imported")
    _put_feeds_and_views(connection, step, present.library, merged)
    corrected = [
        NumberedRecord(number, paper, title_key(paper.title))
        for paper, number in stored
        if _metadata(paper) != _metadata(before[number])
    ]
    write.put_metadata(connection, step, corrected)
    names = {seen.feed for paper in changed for seen in paper.paper.sightings}
    feeds = feed_ids(connection, sorted(names), at)
    new = _numbered([paper.paper for paper in changed if not paper.ours], next_paper_number(connection))
    write.insert_records(connection, step, new, feeds, at)
    cards = CardWriter(connection, replay_answers, at)
    for one in new:
        cards.put(one.number, one.paper.cards)
    updates = _Updates(connection, step, at, feeds, cards)
    for paper, number in stored:
        updates.write(number, before[number], paper)
    return steps.finish(connection, step) or last_merge


def _put_feeds_and_views(
    connection: sqlite3.Connection, step: int, present: LibraryRecord, merged: MergedLibrary
) -> None:
    before = feeds_and_views.states(connection)
    if merged.feeds != present.feeds:
        write.put_feeds(connection, merged.feeds)
    if merged.views != present.views:
        write.put_views(connection, merged.views)
    feeds_and_views.record_differences(connection, step, before)


def _merge_duplicates(
    connection: sqlite3.Connection, changed: Sequence[MergedPaper], present: _Present, at: str
) -> tuple[dict[int, PaperRecord], int | None]:
    """Merge papers of the library that are one paper according to the dump.

    Return the records of the merged papers by id, and the number of the last step.
    """
    keepers: list[int] = []
    for paper in changed:
        for index in paper.ours:
            if (number := present.numbers[index]) != _keeper(paper, present):
                from readq.services.papers.merge import merge_linked

                merge_linked(connection, _keeper(paper, present), number, at, journalled=True)
                keepers.append(_keeper(paper, present))
    if not keepers:
        return {}, None
    return read.papers(connection, keepers), steps.newest_number(connection)


def _keeper(merged: MergedPaper, present: _Present) -> int:
    """Return the id that the paper keeps: the lowest of its records in the library."""
    return min(present.numbers[index] for index in merged.ours)


def _numbered(papers: list[PaperRecord], first: int) -> list[NumberedRecord]:
    """Assign ids to new papers from `first` on, in the order of an import: lists sort equal papers by id."""

    def order(paper: PaperRecord) -> tuple[object, ...]:
        day, rank = max(((seen.day, -(seen.rank or 0)) for seen in paper.sightings), default=("", 0))
        return paper.added, [-ord(char) for char in day], -rank, paper.key

    return [
        NumberedRecord(number, paper, title_key(paper.title))
        for number, paper in enumerate(sorted(papers, key=order), first)
    ]


class _Updates(NamedTuple):
    """Writes the changes of stored papers except their metadata, as part of a step. `feeds` maps feed names to ids."""

    connection: sqlite3.Connection
    step: int
    at: str
    feeds: Mapping[str, int]
    cards: CardWriter

    def write(self, number: int, old: PaperRecord, new: PaperRecord) -> None:
        """Write the differences between two records of one paper."""
        connection, step = self.connection, self.step
        write.put_choices(connection, step, number, old, new)
        if new.note != old.note:
            notes.replace_note(connection, step, number, new.note or "", self.at)
        seen = [one for one in new.sightings if one not in old.sightings]
        write.put_sightings(connection, step, number, seen, self.feeds)
        if new.cards != old.cards:
            before = card_snapshots.snapshot(connection, number)
            self.cards.put(number, new.cards)
            after = card_snapshots.snapshot(connection, number)
            steps.record(connection, step, [(number, "cards", before, after)])


def _metadata(paper: PaperRecord) -> PaperRecord:
    """Return the record without decisions, tags, note, cards and sightings."""
    return replace(
        paper, status="", decided=None, starred=False, snoozed_until=None, tags=(), note=None, cards=(), sightings=()
    )


def _report(present: _Present, merged: MergedLibrary, rejected: tuple[Rejected, ...]) -> ImportReport:
    new = updated = unchanged = 0
    messages: list[str] = []
    for paper in merged.papers:
        changed = _is_changed(paper, present)
        if changed:
            messages += _key_messages(paper, present)
        if not paper.theirs:
            continue
        is_new = not paper.ours
        new += is_new
        updated += changed and not is_new
        unchanged += len(paper.theirs) - 1 + (not changed)
    return ImportReport(new, updated, unchanged, rejected, messages=tuple(messages))


def _key_messages(merged: MergedPaper, present: _Present) -> list[str]:
    """Return messages on changed keys: the preferred key belongs to another paper, or a frozen key was replaced."""
    key, preferred = merged.paper.key, merged.preferred_key
    messages = [f"key {preferred} belongs to another paper: now {key}"] if preferred != key else []
    for index in merged.ours:
        old = present.library.papers[index]
        if old.key_frozen and old.key.casefold() not in (key.casefold(), preferred.casefold()):
            messages.append(f"key {old.key} was replaced by {key}, which was frozen for this paper earlier")
    return messages
