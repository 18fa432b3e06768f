"""A dump merged into a library: what is there and what comes are united as `merging` says."""

import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from readq import config
from readq.days import instant
from readq.errors import ConfigError, NothingReadableError, ReadqError
from readq.merge.libraries import MergedLibrary, MergedPaper, merge
from readq.model.identifiers import title_key
from readq.model.records import LibraryRecord, PaperRecord
from readq.model.values import Rejected
from readq.services.dump.read_folder import read_dump
from readq.services.papers.card_replay import replay_answers
from readq.store.connection.connect import DEFAULT_BUSY_TIMEOUT
from readq.store.connection.transactions import reading, writing
from readq.store.feeds import feeds_and_views as named
from readq.store.journal import steps as journal
from readq.store.library import open_for_reading, open_for_writing
from readq.store.papers.lookup import next_paper_number
from readq.store.records import cards as dump_cards
from readq.store.records import read as dump_rows
from readq.store.records import write as dump_writes
from readq.store.review import card_snapshots as card_states

if TYPE_CHECKING:
    import sqlite3


class DumpOptions(NamedTuple):
    """`tags` go on every paper of the dump; `config_path` is where its settings go when there are none yet."""

    tags: tuple[str, ...] = ()
    config_path: str | None = None
    dry_run: bool = False
    busy_timeout: float = DEFAULT_BUSY_TIMEOUT


class DumpReport(NamedTuple):
    """What the papers of a dump came to, what was left out, and what the reader should know."""

    new: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]
    step: int | None
    messages: tuple[str, ...]


class _Present(NamedTuple):
    """The library before: the numbers of its papers, in the order of `library.papers`."""

    numbers: tuple[int, ...]
    library: LibraryRecord


def import_dump(library: str, folder: str, options: DumpOptions, now: datetime) -> DumpReport:
    """Merge the dump in `folder` into the library at the path `library`, as one step.

    Papers of the library that are one for the other side are joined before, each pair as a step of its own.

    Raises NothingReadableError when the folder's list of papers cannot be read, and the kinds of LibraryError.
    """
    try:
        read = read_dump(folder)
    except ReadqError as error:
        raise NothingReadableError(error.message, error.hint) from error
    papers = tuple(replace(paper, tags=_with_tags(paper, options.tags)) for paper in read.library.papers)
    coming = read.library._replace(papers=papers)
    if options.dry_run:
        with closing(open_for_reading(library, options.busy_timeout)) as connection, reading(connection):
            present = _present(connection)
        return _report(present, merge(present.library, coming), read.rejected, None, ())
    with closing(open_for_writing(library, options.busy_timeout)) as connection, writing(connection):
        present = _present(connection)
        merged = merge(present.library, coming)
        step = _store(connection, present, merged, instant(now))
    told = _settings(read.config, options.config_path)
    return _report(present, merged, read.rejected, step, told)


def _with_tags(paper: PaperRecord, tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*paper.tags, *tags}))


def _present(connection: "sqlite3.Connection") -> _Present:
    papers = dump_rows.papers(connection)
    library = LibraryRecord(tuple(papers.values()), dump_rows.feeds(connection), dump_rows.views(connection))
    return _Present(tuple(papers), library)


def _is_changed(merged: MergedPaper, present: _Present) -> bool:
    return len(merged.here) != 1 or present.library.papers[merged.here[0]] != merged.paper


def _store(connection: "sqlite3.Connection", present: _Present, merged: MergedLibrary, at: str) -> int | None:
    changed = [paper for paper in merged.papers if _is_changed(paper, present)]
    known = [(paper, _keeper(paper, present)) for paper in changed if paper.here]
    before = dict(zip(present.numbers, present.library.papers, strict=True))
    joined, last_join = _joined(connection, known, present, at)
    before |= joined
    step = journal.begin(connection, at, "imported")
    named_before = named.states(connection)
    if merged.feeds != present.library.feeds:
        dump_writes.put_feeds(connection, merged.feeds)
    if merged.views != present.library.views:
        dump_writes.put_views(connection, merged.views)
    named.record_differences(connection, step, named_before)
    corrected = [
        dump_writes.Incoming(number, paper.paper, title_key(paper.paper.title))
        for paper, number in known
        if _metadata(paper.paper) != _metadata(before[number])
    ]
    dump_writes.put_metadata(connection, step, corrected)
    names = {seen.feed for paper in changed for seen in paper.paper.sightings}
    feeds = dump_writes.feed_ids(connection, sorted(names), at)
    new = _numbered([paper.paper for paper in changed if not paper.here], next_paper_number(connection))
    dump_writes.insert(connection, step, new, feeds, at)
    cards = dump_cards.CardWriter(connection, replay_answers, at)
    for one in new:
        cards.put(one.number, one.paper.cards)
    for paper, number in known:
        _update(connection, step, number, before[number], paper.paper, feeds, at)
        _update_cards(connection, step, number, before[number], paper.paper, cards)
    return journal.finish(connection, step) or last_join


def _joined(
    connection: "sqlite3.Connection", known: Sequence[tuple[MergedPaper, int]], present: _Present, at: str
) -> tuple[dict[int, PaperRecord], int | None]:
    """Join papers of the library that are one for the other side: what they have become, by number; the last step."""
    keepers: list[int] = []
    for paper, keeper in known:
        for place in paper.here:
            if present.numbers[place] != keeper:
                from readq.services.papers.merge import merge_linked

                merge_linked(connection, keeper, present.numbers[place], at, journalled=True)
                keepers.append(keeper)
    if not keepers:
        return {}, None
    return dump_rows.papers(connection, keepers), journal.newest_number(connection)


def _keeper(merged: MergedPaper, present: _Present) -> int:
    """The number that the paper keeps: the oldest of those that turned out to be one."""
    return min(present.numbers[place] for place in merged.here)


def _numbered(papers: list[PaperRecord], first: int) -> list[dump_writes.Incoming]:
    """New papers with their numbers, in the order that an import gives: lists go by it among what came together."""

    def order(paper: PaperRecord) -> tuple[object, ...]:
        day, rank = max(((seen.day, -(seen.rank or 0)) for seen in paper.sightings), default=("", 0))
        return paper.added, [-ord(char) for char in day], -rank, paper.key

    return [
        dump_writes.Incoming(number, paper, title_key(paper.title))
        for number, paper in enumerate(sorted(papers, key=order), first)
    ]


def _update(
    connection: "sqlite3.Connection",
    step: int,
    number: int,
    old: PaperRecord,
    new: PaperRecord,
    feeds: dict[str, int],
    at: str,
) -> None:
    dump_writes.put_choices(connection, step, number, old, new)
    if new.note != old.note:
        dump_writes.put_note(connection, step, number, new.note, at)
    dump_writes.put_sightings(
        connection, step, number, [one for one in new.sightings if one not in old.sightings], feeds
    )


def _update_cards(
    connection: "sqlite3.Connection",
    step: int,
    number: int,
    old: PaperRecord,
    new: PaperRecord,
    cards: dump_cards.CardWriter,
) -> None:
    if new.cards == old.cards:
        return
    before = card_states.snapshot(connection, number)
    cards.put(number, new.cards)
    journal.record(connection, step, [(number, "cards", before, card_states.snapshot(connection, number))])


def _metadata(paper: PaperRecord) -> PaperRecord:
    """The paper without what a person decides on it, wrote on it or answered, and where it was seen."""
    return replace(
        paper, status="", decided=None, starred=False, snoozed_until=None, tags=(), note=None, cards=(), sightings=()
    )


def _report(
    present: _Present, merged: MergedLibrary, rejected: tuple[Rejected, ...], step: int | None, told: tuple[str, ...]
) -> DumpReport:
    new = updated = unchanged = 0
    messages: list[str] = []
    for paper in merged.papers:
        changed = _is_changed(paper, present)
        if changed:
            messages += _clashes(paper, present)
        if not paper.there:
            continue
        is_new = not paper.here
        new += is_new
        updated += changed and not is_new
        unchanged += len(paper.there) - 1 + (not changed)
    return DumpReport(new, updated, unchanged, rejected, step, (*messages, *told))


def _clashes(merged: MergedPaper, present: _Present) -> list[str]:
    """What became of keys that the reader may have used: another paper's key, a frozen one that gave way."""
    key = merged.paper.key
    told = [f"key {merged.wanted} is another paper's: {key} instead"] if merged.wanted != key else []
    for place in merged.here:
        old = present.library.papers[place]
        if old.key_frozen and old.key.casefold() not in (key.casefold(), merged.wanted.casefold()):
            told.append(f"key {old.key} gave way to {key}, under which the paper was frozen before")
    return told


def _settings(text: str | None, path: str | None) -> tuple[str, ...]:
    """Keep the dump's settings where there are none; what was said of it."""
    if text is None or path is None or os.path.exists(path):
        return ()
    try:
        import tomllib

        if config.from_table(tomllib.loads(text), path).library is None:
            config.save(path, text)
            return (f"settings put in {path}",)
        why = "they name another library"
    except (ConfigError, ValueError, OSError) as error:
        why = str(error)
    return (f"settings of the dump not taken over: {why}",)
