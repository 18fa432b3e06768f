"""Make the citation keys of papers anew, from their present metadata and by the template in the settings.

A document may cite a frozen key, so a frozen key is kept unless the caller asks for its change. The old key of a paper
still finds the paper, and links in notes are changed to the new key. All keys are planned together, beginning with the
oldest paper. So if several papers have the same generated key, the oldest one gets it without a suffix. A second run
changes nothing.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.model.citation_keys.suffixes import has_base, next_key
from readq.model.metadata_columns import stored_metadata
from readq.services.citation_keys.generated_keys import generated_key
from readq.services.history.steps import Outcome, run_as_step
from readq.services.papers import note_links
from readq.store.papers import corrections, key_lookup, lookup
from readq.store.papers.queries import CHUNK
from readq.templates.key_template import KeyForm


class NewKey(NamedTuple):
    """A change of a citation key. `number` is the id of the paper, `old` its present key, `new` its new key."""

    number: int
    old: str
    new: str


class KeyPlan(NamedTuple):
    """The planned changes of citation keys.

    `moved` are the keys to change. `frozen` are the keys that do not match the metadata, and are kept because they are
    frozen. In an entry of `frozen`, `new` is the key that the paper would get from its present metadata.
    """

    moved: tuple[NewKey, ...] = ()
    frozen: tuple[NewKey, ...] = ()


def plan(connection: sqlite3.Connection, ids: Sequence[int], form: KeyForm, *, frozen: bool = False) -> KeyPlan:
    """Return the changes that give the papers `ids` citation keys of the form `form`. Changes nothing.

    readq does not change a frozen key by itself. So frozen keys are changed only if `frozen` is true. Otherwise they
    are kept, and those that do not match the metadata are listed in the field `frozen` of the result.
    """
    return _Planner(connection, ids, form, moves_frozen=frozen).plan()


def rekey(
    connection: sqlite3.Connection, ids: Sequence[int], form: KeyForm, now: datetime, *, frozen: bool = False
) -> tuple[Outcome, KeyPlan]:
    """Change the citation keys of the papers `ids` as the function `plan` proposes for the same arguments.

    Return the outcome, and the plan that was carried out. All changes are one step of the undo history. The new key of
    a paper is frozen only if the old one was.
    """
    done = KeyPlan()

    def act(step: int, present: list[int]) -> None:
        nonlocal done
        done = plan(connection, present, form, frozen=frozen)
        for one in done.moved:
            corrections.set_key(connection, step, one.number, one.new, freezes=False)
        note_links.rename_links(connection, step, {one.old: one.new for one in done.moved}, now)

    outcome = run_as_step(connection, ids, "rekeyed", now, act)
    return outcome._replace(changed=len(done.moved), unchanged=max(len(set(ids)) - len(done.moved), 0)), done


class _Generated(NamedTuple):
    """The present key of a paper, whether it is frozen, and the key that is generated from the metadata."""

    key: str
    is_frozen: bool
    base: str


class _Planner:
    """Plans the keys of papers in the order of their ids. Only papers whose key differs are held in memory."""

    def __init__(
        self, connection: sqlite3.Connection, ids: Sequence[int], form: KeyForm, *, moves_frozen: bool
    ) -> None:
        self._moves_frozen = moves_frozen
        self._different = {
            number: one for number, one in _generated(connection, sorted({*ids}), form) if one.key != one.base
        }
        bases = {one.base.casefold() for one in self._different.values()}
        self._owners = lookup.keys_with_prefixes(connection, bases)
        self._places: dict[str, int] = {}

    def plan(self) -> KeyPlan:
        moved: list[NewKey] = []
        left: list[NewKey] = []
        for number, (old, is_frozen, base) in self._different.items():
            if self._fits(number, old, base):
                continue
            new = self._free_key(number, base)
            if is_frozen and not self._moves_frozen:
                left.append(NewKey(number, old, new))
            elif new != old:
                self._owners[new.casefold()] = number
                moved.append(NewKey(number, old, new))
        return KeyPlan(tuple(moved), tuple(left))

    def _fits(self, number: int, key: str, base: str) -> bool:
        """Return whether another paper has the key `base`, and `key` is `base` with a suffix."""
        return self._owners.get(base.casefold(), number) != number and has_base(key, base)

    def _free_key(self, number: int, base: str) -> str:
        # Many papers may share a base, so the search starts after the last suffix used.
        key, self._places[base] = next_key(
            base, lambda one: self._owners.get(one, number) != number, self._places.get(base, 0)
        )
        return key


def _generated(connection: sqlite3.Connection, ids: Sequence[int], form: KeyForm) -> Iterator[tuple[int, _Generated]]:
    """Yield the id of each of the papers `ids` and its keys, in the order of `ids`. Skips ids of missing papers."""
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        metadata = lookup.metadata_of(connection, some)
        identifiers = lookup.identifiers_of(connection, metadata)
        keys = key_lookup.citation_keys(connection, metadata)
        for number in filter(metadata.__contains__, some):
            base = generated_key(stored_metadata(metadata[number]), identifiers[number], form)
            yield number, _Generated(*keys[number], base)
