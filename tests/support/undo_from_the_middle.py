"""Check what undoing an earlier step of a history restores, keeps, and reports as a conflict."""

import contextlib
import random
import sqlite3
from collections import Counter
from dataclasses import fields, replace
from typing import Any, NamedTuple

from random_actions import OpenLibrary
from random_histories import LATER, Actions, perform_all

from readq.model.fields import raw_fields
from readq.model.fields.paper_fields import FIELDS
from readq.model.records import CardRecord, PaperRecord
from readq.services.history import undo as undoing
from readq.store.journal import steps as journal
from readq.store.records import read as dump_rows

Papers = dict[int, PaperRecord]


class Step(NamedTuple):
    """A step with the papers before and after it."""

    number: int
    what: str
    before: Papers
    after: Papers


def check_undo_of_earlier_steps(library: OpenLibrary, actions: Actions, rng: random.Random) -> None:
    steps: dict[int, Step] = {}
    papers = dump_rows.papers(library.connection)
    for _, new in perform_all(library, actions):
        before, papers = papers, dump_rows.papers(library.connection)
        if len(new) == 1:
            step = journal.step(library.connection, new[0])
            assert step is not None
            steps[step.step] = Step(step.step, step.what, before, papers)
    in_force = [step.step for step in journal.steps(library.connection) if not step.undone and step.step in steps]
    for number in rng.sample(in_force, min(20, len(in_force))):
        with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
            copy.execute("PRAGMA foreign_keys=ON")
            library.connection.backup(copy)
            undone = undoing.undo(copy, LATER, number)
            assert undone is not None
            check_step(steps[number], papers, dump_rows.papers(copy), {*undone.conflicts}, {*undone.kept})


def check_step(step: Step, now: Papers, result: Papers, conflicts: set[int], kept: set[int]) -> None:
    touched = {number for number in {*step.before, *step.after} if step.before.get(number) != step.after.get(number)}
    # For a paper deleted since, fields that no dump shows are in conflict too, such as the titles of its sightings.
    assert conflicts - touched <= {*step.before} - {*now}
    for number in {*now, *result}:
        what = f"step {step.number} ({step.what}), paper {number}"
        before, after = step.before.get(number), step.after.get(number)
        if number not in touched or number in conflicts:
            _check_untouched(now.get(number), number, result, what)
        elif after is None:
            assert before is not None
            assert replace(result[number], key="", aliases=()) == replace(before, key="", aliases=()), what
            _check_keys(before, result, number, what)
        elif before is None:
            assert result.get(number) == (now[number] if number in kept else None), what
        else:
            _check_fields(before, after, now[number], result, number, what)
            _check_former_keys(before, after, now[number], result, number, what)
    _check_conflicts(step, now, touched, conflicts)


def _check_untouched(now: PaperRecord | None, number: int, result: Papers, what: str) -> None:
    """Check that a paper is unchanged, except that its provisional key gives way to a frozen one that is restored."""
    there = result.get(number)
    if now is None or there is None or now.key_frozen or now.key == there.key:
        assert there == now, what
    else:
        assert there == replace(now, key=f"{now.key}-{number}"), what
        assert any(paper.key_frozen and paper.key.casefold() == now.key.casefold() for paper in result.values()), what


def _check_former_keys(
    before: PaperRecord, after: PaperRecord, now: PaperRecord, papers: Papers, number: int, what: str
) -> None:
    result = papers[number]
    gained, lost = {*after.aliases} - {*before.aliases}, {*before.aliases} - {*after.aliases}
    if before.key == after.key:
        assert result.key == now.key, f"{what}: key"
        assert {*result.aliases} == {*now.aliases} - gained | lost, f"{what}: aliases"
    elif now.key == after.key:
        _check_keys(before, papers, number, what)
    else:
        # Former keys are kept with the key, which was not restored.
        assert {*now.aliases} - {*result.aliases} <= gained, f"{what}: aliases"


def _check_keys(before: PaperRecord, result: Papers, number: int, what: str) -> None:
    """Check that a paper has its keys again, except those that another paper has by now."""
    others = {
        key.casefold() for other, paper in result.items() if other != number for key in (paper.key, *paper.aliases)
    }
    restored = result[number]
    assert restored.key == before.key or before.key.casefold() in others, f"{what}: key"
    lost = {*before.aliases} - {*restored.aliases}
    assert {key.casefold() for key in lost} <= others, f"{what}: aliases"


def _check_conflicts(step: Step, now: Papers, touched: set[int], conflicts: set[int]) -> None:
    both = [number for number in touched if number in step.before and number in step.after]
    if step.what == "merged" and conflicts:
        assert conflicts == touched
        return
    for number in both:
        before, after = step.before[number], step.after[number]
        wanted = number not in now or _conflicts(before, after, now[number], step.what)
        assert wanted <= (number in conflicts), f"step {step.number} ({step.what}), paper {number}: no conflict"
        may = wanted or before.cards != after.cards or _is_overwritten(before, after, now[number])
        assert (number in conflicts) <= may, f"{step.what}, paper {number}"


def _is_overwritten(before: PaperRecord, after: PaperRecord, now: PaperRecord) -> bool:
    """Return whether the step corrected metadata, and each column has another value by now."""
    corrected = [name for name in FIELDS if getattr(before, name) != getattr(after, name) and name != "fields"]
    return before.edited != after.edited and all(getattr(now, name) != getattr(after, name) for name in corrected)


_SCALARS = ("status", "starred", "snoozed_until", "note")
_SETS = ("tags", "identifiers", "edited", "other_titles")


def _conflicts(before: PaperRecord, after: PaperRecord, now: PaperRecord, what: str) -> bool:
    """Return whether a field that the user sets has another value than the step gave it."""
    set_by_person = (*_SCALARS, "key") if what.startswith(("keyed", "edited")) else _SCALARS
    changed = [name for name in set_by_person if getattr(before, name) != getattr(after, name)]
    gained, lost = {*after.tags} - {*before.tags}, {*before.tags} - {*after.tags}
    return (
        any(getattr(now, name) != getattr(after, name) for name in changed)
        or not gained <= {*now.tags}
        or bool(lost & {*now.tags})
    )


def _check_fields(
    before: PaperRecord, after: PaperRecord, now: PaperRecord, papers: Papers, number: int, what: str
) -> None:
    result = papers[number]
    others = {identifier for other, paper in papers.items() if other != number for identifier in paper.identifiers}
    for name in (one.name for one in fields(PaperRecord) if one.name not in ("key", "aliases")):
        old, new, present, restored = (getattr(paper, name) for paper in (before, after, now, result))
        if name == "cards":
            _check_cards(before, after, now, result, what)
        elif name == "sightings":
            _check_sightings(old, new, present, restored, what)
        elif name in _SETS:
            # An identifier that another paper has by now stays there.
            lost = {*old} - {*new} - (others if name == "identifiers" else set())
            assert {*restored} == {*present} - ({*new} - {*old}) | lost, f"{what}: {name}"
        elif name == "decided" and old != new:
            assert restored == old, f"{what}: {name}"
        elif name == "fields":
            wanted = raw_fields.reverted(dict(present), dict(new), dict(old)) if old != new else dict(present)
            assert dict(restored) == wanted, f"{what}: {name}"
        else:
            assert restored == (old if present == new else present), f"{what}: {name}"


def _check_sightings(old: Any, new: Any, present: Any, restored: Any, what: str) -> None:  # noqa: ANN401 - sightings
    before, after, now, result = (
        {(one.feed, one.day): one for one in sightings} for sightings in (old, new, present, restored)
    )
    for place in {*before, *after, *now, *result}:
        is_as_left = now.get(place) == after.get(place)
        wanted = before.get(place) if is_as_left else now.get(place)
        assert result.get(place) == wanted, f"{what}: sighting {place}"


def _check_cards(before: PaperRecord, after: PaperRecord, now: PaperRecord, result: PaperRecord, what: str) -> None:
    old, new, present, restored = (_paper_card(paper) for paper in (before, after, now, result))
    given_then = Counter(new.answers) - Counter(old.answers)
    assert Counter(restored.answers) == Counter(present.answers) - given_then, f"{what}: answers"
    assert restored.enrolled == (old.enrolled if old.enrolled != new.enrolled else present.enrolled), f"{what}: review"
    assert restored.priority == (old.priority if old.priority != new.priority else present.priority), what


def _paper_card(paper: PaperRecord) -> CardRecord:
    nothing = CardRecord("paper", None, None, False, None, None, 0, ())
    return next((card for card in paper.cards if card.kind == "paper"), nothing)
