"""Send papers to Zotero, with tags, reading state and notes. Papers that were sent before are updated.

Changes that a person made in Zotero are kept: metadata and notes are updated only if they are still as readq wrote
them. Tags are only added. No item, note or tag is deleted.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from readq.feeds.syndication.html_text import text_of_html
from readq.model.citable import Citable
from readq.model.values import Paper, Rejected
from readq.registries.json_record import Object
from readq.registries.zotero.items import METADATA, changes, item_of
from readq.registries.zotero.local_api import MOST_AT_ONCE, Item, Written, Zotero
from readq.services.zotero.child_notes import children_of, text_of_notes
from readq.services.zotero.origins import FIELDS, WISH, digest, pending, sent_to, taken_from
from readq.store.connection.transactions import writing
from readq.store.papers import citations, provenance, queries
from readq.store.papers.provenance import SourceRecord


class PushReport(NamedTuple):
    """The result of sending papers to Zotero."""

    new: int = 0
    """The number of papers whose Zotero items were created."""
    updated: int = 0
    """The number of papers whose Zotero items were changed."""
    unchanged: int = 0
    """The number of papers whose Zotero items were left as they were."""
    rejected: tuple[Rejected, ...] = ()
    """The papers that Zotero refused, with the reasons."""
    messages: tuple[str, ...] = ()
    """Lines of text about items and notes that were not updated, because a person deleted or changed them in Zotero."""


class _Plan:
    """The requests to make for one paper. `key` is the key of its item, or "" before the item is created."""

    def __init__(self, paper: Paper, citable: Citable, sent: dict[str, int], taken: Iterable[str]) -> None:
        self.paper = paper
        self.wanted = item_of(citable, paper)
        self.sent = sent
        self.keys = [name for name in (*sent, *taken) if "/" not in name]
        self.taken = set(taken)
        self.notes = {name.partition("/")[0]: name for name in sent if name.count("/") == 1 and _is_note(name)}
        self.key = ""
        self.is_own = False
        """Whether the metadata of the item is still as readq wrote it."""
        self.change: dict[str, Any] | None = None
        self.note: dict[str, Any] | None = None
        self.is_in_bin = False
        self.error = ""
        self.is_new = False

    @property
    def fields(self) -> int:
        """The number whose bits tell which fields of METADATA readq wants the item to have."""
        return sum(1 << place for place, name in enumerate(METADATA) if name in self.wanted)

    def sent_fields(self, key: str) -> list[str]:
        """Return the fields of METADATA that readq has sent to the item with the key `key`."""
        bits = self.sent.get(f"{key}{FIELDS}", 0)
        return [name for place, name in enumerate(METADATA) if bits >> place & 1]

    @property
    def wish(self) -> int:
        """The hash of the metadata that readq wants the item to have."""
        return digest({name: value for name, value in self.wanted.items() if name not in ("tags", "extra")})


def _is_note(name: str) -> bool:
    return not name.startswith("pending/") and not name.endswith((FIELDS, WISH))


class _Push:
    def __init__(self, connection: sqlite3.Connection, zotero: Zotero, *, dry_run: bool) -> None:
        self._connection = connection
        self._zotero = zotero
        self._dry_run = dry_run
        self._origin = sent_to(zotero.server)
        self._notes: dict[str, list[Item]] | None = None
        """All notes in Zotero by the keys of their items, once they are needed."""
        self.messages: list[str] = []

    async def run(self, ids: Sequence[int]) -> list[_Plan]:
        plans = self._plans(ids)
        listed = {key for plan in plans for key in plan.keys} | {
            name.partition("/")[2] for plan in plans for name in plan.notes.values()
        }
        items = await self._zotero.items(sorted(listed))
        for plan in plans:
            await self._plan_item(plan, items)
        if not self._dry_run:
            await self._write_items([plan for plan in plans if plan.change and not plan.error])
        for plan in plans:
            await self._plan_note(plan, items)
        if not self._dry_run:
            await self._write_notes([plan for plan in plans if plan.note and plan.key and not plan.error])
            self._finish(plans)
        return plans

    def _plans(self, ids: Sequence[int]) -> list[_Plan]:
        sent = provenance.digests_of(self._connection, self._origin, ids)
        taken = provenance.digests_of(self._connection, taken_from(self._zotero.server), ids)
        citables = dict(citations.citables(self._connection, ids))
        return [
            _Plan(paper, citables[paper.id], sent.get(paper.id, {}), taken.get(paper.id, {}))
            for paper in queries.papers(self._connection, ids)
            if paper.id in citables
        ]

    async def _plan_item(self, plan: _Plan, items: dict[str, Item]) -> None:
        present = next((items[key] for key in plan.keys if key in items), None)
        if present is None and pending(plan.paper.id) in plan.sent:
            # The last push was interrupted while it created the item: it may be there.
            found = await self._zotero.search(plan.wanted["citationKey"])
            present = next((one for one in found if _is_same(one.data, plan.wanted)), None)
            if present is not None and not self._dry_run:
                self._record_item(plan, present)
        if present is None:
            plan.is_new = True
            plan.change = plan.wanted
            return
        plan.key = present.key
        if present.data.get("deleted"):
            self.messages.append(f"{plan.paper.key} is in Zotero's trash, and stays there")
            plan.is_in_bin = True
            return
        plan.is_own = plan.sent.get(present.key) == _metadata_digest(present.data)
        has_news = plan.sent.get(f"{present.key}{WISH}") != plan.wish
        sent = plan.sent_fields(present.key)
        if change := changes(present.data, plan.wanted, sent, is_own=plan.is_own and has_news):
            plan.change = {"key": present.key, "version": present.version, **change}

    async def _write_items(self, plans: Sequence[_Plan]) -> None:
        if new := [plan for plan in plans if plan.is_new]:
            self._record([(plan, pending(plan.paper.id), 0) for plan in new])
        if not plans:
            return
        written = await self._zotero.write([plan.change or {} for plan in plans])
        _note_failures(plans, written)
        for place, item in written.items.items():
            plan = plans[place]
            plan.key = item.key
            # Metadata that a person changed in Zotero must not count as written by readq.
            if plan.is_new or plan.is_own:
                self._record_item(plan, item)

    async def _plan_note(self, plan: _Plan, items: dict[str, Item]) -> None:
        if not plan.paper.note or plan.error or plan.is_in_bin:
            return
        html = _html(plan.paper.note)
        name = plan.notes.get(plan.key)
        present = items.get(name.partition("/")[2]) if name else None
        if name is None or present is None:
            if pending(plan.paper.id) in plan.sent and plan.key and not self._dry_run:
                # The last push was interrupted while it created the note: it may be there.
                found = await self._zotero.children(plan.key)
                if same := next((one for one in found if _text(one.data.get("note")) == _text(html)), None):
                    self._record_note(plan, same, html)
                    return
            if plan.key not in plan.taken or not await self._has_note_from_zotero(plan):
                plan.note = {"itemType": "note", "parentItem": plan.key, "note": html}
        elif plan.sent.get(f"{name}{WISH}") != digest(html):
            if plan.sent[name] == digest(present.data.get("note")) and not present.data.get("deleted"):
                plan.note = {"key": present.key, "version": present.version, "note": html}
            else:
                self.messages.append(f"the note on {plan.paper.key} was changed in Zotero, and stays as it is there")

    async def _has_note_from_zotero(self, plan: _Plan) -> bool:
        """Return whether the note on a paper was imported from Zotero, and is still as it is there."""
        if self._notes is None:
            self._notes = children_of(await self._zotero.notes())
        there = text_of_notes(plan.key, self._notes.get(plan.key, ()), plan.sent)
        return (plan.paper.note or "").split() == there.split()

    async def _write_notes(self, plans: Sequence[_Plan]) -> None:
        if not plans:
            return
        self._record([(plan, pending(plan.paper.id), 0) for plan in plans])
        written = await self._zotero.write([plan.note or {} for plan in plans])
        _note_failures(plans, written)
        for place, item in written.items.items():
            self._record_note(plans[place], item, (plans[place].note or {}).get("note", ""))

    def _finish(self, plans: Sequence[_Plan]) -> None:
        """Remove the marks `pending/PAPER` of created items, and freeze the citation keys that were sent."""
        done = [plan for plan in plans if plan.key and not plan.error]
        with writing(self._connection):
            provenance.forget(self._connection, [(self._origin, pending(plan.paper.id)) for plan in done])
            citations.freeze_keys(self._connection, [(plan.paper.id, hash(plan.paper.key)) for plan in done])

    def _record_item(self, plan: _Plan, item: Item) -> None:
        rows = ((item.key, _metadata_digest(item.data)), (f"{item.key}{WISH}", plan.wish))
        self._record((plan, name, number) for name, number in (*rows, (f"{item.key}{FIELDS}", plan.fields)))

    def _record_note(self, plan: _Plan, item: Item, sent: str) -> None:
        name = f"{plan.key}/{item.key}"
        self._record([(plan, name, digest(item.data.get("note"))), (plan, f"{name}{WISH}", digest(sent))])

    def _record(self, rows: Iterable[tuple[_Plan, str, int]]) -> None:
        with writing(self._connection):
            records = [SourceRecord(self._origin, name, plan.paper.id, number, None) for plan, name, number in rows]
            provenance.put(self._connection, None, records, ())


async def push(connection: sqlite3.Connection, zotero: Zotero, ids: Sequence[int], *, dry_run: bool) -> PushReport:
    """Send the papers with the ids `ids` to a connected Zotero, and return the report.

    If `dry_run` is true, nothing is sent, and the report tells what would be sent. Raises ReadqError if Zotero refuses
    a request. The papers that were sent before the error are recorded, so the next push continues with the rest.
    """
    work = _Push(connection, zotero, dry_run=dry_run)
    plans: list[_Plan] = []
    for start in range(0, len(ids), MOST_AT_ONCE):
        plans += await work.run(ids[start : start + MOST_AT_ONCE])
    fine = [plan for plan in plans if not plan.error]
    new = sum(plan.is_new for plan in fine)
    updated = sum(bool(plan.change or plan.note) and not plan.is_new for plan in fine)
    return PushReport(
        new,
        updated,
        len(fine) - new - updated,
        tuple(Rejected(plan.paper.key, plan.error) for plan in plans if plan.error),
        tuple(work.messages),
    )


def _note_failures(plans: Sequence[_Plan], written: Written) -> None:
    for place, why in written.failed.items():
        if place < len(plans):
            plans[place].error = why or "Zotero refused it"


def _is_same(data: Object, wanted: dict[str, Any]) -> bool:
    return all(data.get(name) == wanted[name] for name in ("title", "citationKey"))


def _metadata_digest(data: Object) -> int:
    return digest({name: data.get(name) or "" for name in METADATA})


def _text(html: object) -> str:
    """Return the words of an HTML note, without markup and with single spaces."""
    return " ".join(text_of_html(html).split()) if isinstance(html, str) else ""


def _html(note: str) -> str:
    """Return a note as HTML. Raw HTML in the note becomes text."""
    from markdown_it import MarkdownIt

    return str(MarkdownIt("commonmark", {"html": False}).render(note))
