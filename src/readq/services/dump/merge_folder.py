"""Merge the dump in a folder into a library, by the rules of `readq.merge`."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from readq.days import instant
from readq.errors import NothingReadableError, ReadqError
from readq.merge.libraries import merge_feeds, merge_views
from readq.merge.three_way.cards import reworded
from readq.model.identifiers import title_key
from readq.model.import_report import ImportReport
from readq.model.records import CardRecord, FeedRecord, PaperRecord, SightingRecord, ViewRecord
from readq.model.values import Rejected
from readq.net.address_scopes import is_private_host
from readq.services.dump import dump_settings
from readq.services.dump.masked_feeds import with_own_secrets
from readq.services.dump.merge_batches import Batches, Update
from readq.services.dump.read_folder import read_dump
from readq.services.papers import question_cards
from readq.services.papers.card_replay import replay_answers
from readq.services.papers.question_cards import NoteChange
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.transactions import reading
from readq.store.feeds import caught_papers, feeds_and_views
from readq.store.journal import steps
from readq.store.library import open_for_reading, write_transaction
from readq.store.papers import corrections, notes, provenance
from readq.store.papers.insert import feed_ids
from readq.store.papers.lookup import next_paper_number
from readq.store.records import read, write
from readq.store.records.cards import CardWriter
from readq.store.records.write import NumberedRecord
from readq.store.review import card_snapshots

_Lists = tuple[Sequence[FeedRecord], Sequence[ViewRecord]]


class DumpOptions(NamedTuple):
    """The options for importing a dump."""

    tags: tuple[str, ...] = ()
    """The tags to add to every paper of the dump."""
    config_path: str | None = None
    """The path of the config file. If this file does not exist, settings of the dump are written to it."""
    dry_run: bool = False
    """If it is true, nothing is stored."""
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT
    """The time to wait for a locked library, in seconds."""
    all_settings: bool = False
    """If it is true, all settings of the dump are written. Otherwise, only the harmless settings are written.

    `dump_settings` defines the harmless settings.
    """


def import_dump(library: str, folder: str, options: DumpOptions, now: datetime) -> ImportReport:
    """Merge the dump in `folder` into the library at the path `library`. Return a report.

    The changes are one step of the undo history. If the dump shows that two papers of the library are the same, these
    two are merged first, as a separate step. Raises NothingReadableError if the list of papers in the dump cannot be
    read. Raises LibraryError or a subclass if the library cannot be read or written.
    """
    try:
        dumped = read_dump(folder)
    except ReadqError as error:
        raise NothingReadableError(error.message, error.hint) from error
    with closing(dumped.papers), closing(Batches()) as batches:
        if options.dry_run:
            with closing(open_for_reading(library, options.busy_timeout)) as connection, reading(connection):
                batches.merge(connection, dumped.papers, options.tags)
                _, lacking = with_own_secrets(dumped.feeds, read.feeds(connection))
            return _report(batches, (*dumped.rejected, *lacking))
        with write_transaction(library, options.busy_timeout) as connection:
            batches.merge(connection, dumped.papers, options.tags)
            present = read.feeds(connection), read.views(connection)
            feeds, lacking = with_own_secrets(dumped.feeds, present[0])
            lists = merge_feeds(present[0], feeds), merge_views(present[1], dumped.views)
            step = store(connection, batches, present, lists, now)
        report = _report(batches, (*dumped.rejected, *lacking))
        report = report._replace(messages=(*report.messages, *private_feeds(present[0], lists[0])))
    settings = dump_settings.take(dumped.config, options.config_path, all_settings=options.all_settings)
    return report._replace(step=step, messages=(*report.messages, *settings))


def private_feeds(present: Sequence[FeedRecord], merged: Sequence[FeedRecord]) -> Iterator[str]:
    """Yield a warning for each feed in `merged` that is not in `present` and whose host is in a private network.

    A sync of such a feed sends requests into the user's own network. `present` are the feeds of the library before
    the merge, `merged` the feeds after it.
    """
    known = {feed.spec for feed in present}
    for feed in merged:
        host = _host(feed.spec)
        if feed.spec not in known and host and is_private_host(host):
            yield f"feed {feed.name} of the dump is on the private host {host} (readq feed remove {feed.name})"


def _host(spec: str) -> str | None:
    try:
        return urlsplit(spec).hostname
    except ValueError:
        return None


class Changes(Protocol):
    """The result of a merge: the papers of the library to change and to remove, and the papers to insert.

    `feeds` are the names of all feeds that listed one of the papers to change or to insert.
    """

    feeds: set[str]

    @property
    def removed(self) -> Sequence[int]:
        """The ids of the papers to remove."""

    @property
    def updates(self) -> Iterable[list[Update]]:
        """The papers to change, in lists.

        If a citation key or an identifier moves from one paper to another, both papers are in the same list.
        """

    def new_papers(self) -> Iterator[list[PaperRecord]]:
        """Yield the papers to insert, in lists."""


def store(
    connection: sqlite3.Connection, batches: Changes, present: _Lists, merged: _Lists, now: datetime
) -> int | None:
    """Write the result of a merge to the library, inside the caller's transaction.

    `batches` has the papers to change, insert and remove. `present` are the feeds and the views of the library before
    the merge, `merged` the feeds and the views after it. Return the number of the last step of the undo history that
    was made, or None if nothing changed.
    """
    at = instant(now)
    duplicates, last_merge = _merge_duplicates(connection, batches, now)
    step = steps.begin(connection, at, "imported")
    corrections.remove(connection, step, batches.removed)
    _put_feeds_and_views(connection, step, present, merged)
    for updates in batches.updates:
        corrected = [
            NumberedRecord(one.number, one.after, title_key(one.after.title))
            for one in updates
            if _metadata(one.after) != _metadata(duplicates.get(one.number, one.before))
        ]
        write.put_metadata(connection, step, corrected)
    feeds = feed_ids(connection, sorted(batches.feeds), at)
    cards = CardWriter(connection, replay_answers, at)
    first = number = next_paper_number(connection)
    for papers in batches.new_papers():
        new = [NumberedRecord(place, paper, title_key(paper.title)) for place, paper in enumerate(papers, number)]
        number += len(new)
        write.insert_records(connection, step, new, feeds, at)
        caught_papers.put_by_names(connection, step, {one.number: one.paper.watches for one in new})
        for one in new:
            cards.put(one.number, one.paper.cards)
            # Undo removes a new paper with its cards.
            question_cards.update(connection, None, NoteChange(one.number, None, one.paper.note, now))
    if number != first:
        provenance.add_origin(connection, provenance.DUMP)
    stored = _Updates(connection, step, now, feeds, cards)
    for updates in batches.updates:
        for update in updates:
            stored.write(update.number, duplicates.get(update.number, update.before), update.after)
    return steps.finish(connection, step) or last_merge


def _put_feeds_and_views(connection: sqlite3.Connection, step: int, present: _Lists, merged: _Lists) -> None:
    before = feeds_and_views.states(connection)
    if merged[0] != present[0]:
        write.put_feeds(connection, merged[0])
    if merged[1] != present[1]:
        write.put_views(connection, merged[1])
    feeds_and_views.record_differences(connection, step, before)


def _merge_duplicates(
    connection: sqlite3.Connection, batches: Changes, now: datetime
) -> tuple[dict[int, PaperRecord], int | None]:
    """Merge papers of the library that are one paper according to the dump.

    Return a dict that maps paper ids to the records of the merged papers. Return also the number of the last step.
    """
    keepers: list[int] = []
    for updates in batches.updates:
        for update in updates:
            for other in update.others:
                from readq.services.papers.merge import merge_linked

                merge_linked(connection, update.number, other, now, journalled=True)
                keepers.append(update.number)
    if not keepers:
        return {}, None
    return read.papers(connection, keepers), steps.newest_number(connection)


class _Updates(NamedTuple):
    """Writes the changes of stored papers except their metadata, as part of a step. `feeds` maps feed names to ids."""

    connection: sqlite3.Connection
    step: int
    now: datetime
    feeds: Mapping[str, int]
    cards: CardWriter

    def write(self, number: int, old: PaperRecord, new: PaperRecord) -> None:
        """Write the differences between two records of one paper."""
        connection, step = self.connection, self.step
        write.put_choices(connection, step, number, old, new)
        if new.note != old.note:
            notes.replace_note(connection, step, number, new.note or "", instant(self.now))
        seen = [one for one in new.sightings if one not in old.sightings]
        write.put_sightings(connection, step, number, seen, self.feeds)
        write.remove_sightings(connection, step, number, _gone(old.sightings, new.sightings))
        caught_papers.put_by_names(connection, step, {number: [one for one in new.watches if one not in old.watches]})
        kept = {mark.watch for mark in new.watches}
        for name in sorted({mark.watch for mark in old.watches} - kept):
            caught_papers.remove_by_name(connection, step, number, name)
        change = NoteChange(number, old.note, new.note, self.now)
        if new.cards != old.cards:
            before = card_snapshots.snapshot(connection, number)
            texts = reworded(old.cards, new.cards)
            self.cards.reword(number, texts)
            self.cards.put(number, new.cards)
            gone = _gone_cards(old.cards, new.cards)
            self.cards.clear(number, [card for card in gone if card.question not in texts])
            # One side may have answered a question whose line the other side deleted.
            asked = [card.question for card in new.cards if card.question is not None]
            # The snapshots record the changes of the cards.
            question_cards.update(connection, None, change._replace(merged=asked))
            after = card_snapshots.snapshot(connection, number)
            steps.record(connection, step, [(number, "cards", before, after)])
        elif new.note != old.note:
            question_cards.update(connection, step, change)


def _gone(old: Iterable[SightingRecord], new: Iterable[SightingRecord]) -> list[SightingRecord]:
    kept = {one[:2] for one in new}
    return [one for one in old if one[:2] not in kept]


def _gone_cards(old: Iterable[CardRecord], new: Iterable[CardRecord]) -> list[CardRecord]:
    kept = {(card.kind, card.question) for card in new}
    return [card for card in old if (card.kind, card.question) not in kept]


def _metadata(paper: PaperRecord) -> PaperRecord:
    """Return the record without decisions, tags, note, cards, sightings and watches."""
    return replace(
        paper,
        status="",
        decided=None,
        starred=False,
        snoozed_until=None,
        tags=(),
        note=None,
        cards=(),
        sightings=(),
        watches=(),
    )


def _report(batches: Batches, rejected: tuple[Rejected, ...]) -> ImportReport:
    return ImportReport(*batches.counts, rejected, messages=tuple(batches.messages), joined=tuple(batches.joined))
