"""Make the citation keys of papers anew, from their present metadata and by the template in the settings.

A document may cite a frozen key, so a frozen key is kept unless the caller asks for its change. The old key of a paper
still finds the paper, and links in notes are changed to the new key. All keys are planned together, beginning with the
oldest paper. So if several papers have the same generated key, the oldest one gets it without a suffix. A second run
changes nothing.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from readq.model.citation_keys.suffixes import has_base, next_key
from readq.model.metadata_columns import stored_metadata
from readq.services.citation_keys.generated_keys import generated_key
from readq.services.history.steps import Outcome, run_as_step
from readq.services.papers import note_links
from readq.store.papers import corrections, key_lookup, lookup
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


class _Planner:
    """Plans the keys of papers in the order of their ids."""

    def __init__(
        self, connection: sqlite3.Connection, ids: Sequence[int], form: KeyForm, *, moves_frozen: bool
    ) -> None:
        metadata = lookup.metadata_of(connection, ids)
        identifiers = lookup.identifiers_of(connection, metadata)
        self._moves_frozen = moves_frozen
        self._keys = key_lookup.citation_keys(connection, metadata)
        self._bases = {
            number: generated_key(stored_metadata(row), identifiers[number], form)
            for number, row in sorted(metadata.items())
        }
        self._owners = dict(lookup.keys_with_prefixes(connection, {base.casefold() for base in self._bases.values()}))
        self._places: dict[str, int] = {}

    def plan(self) -> KeyPlan:
        moved: list[NewKey] = []
        left: list[NewKey] = []
        for number, base in self._bases.items():
            old, is_frozen = self._keys[number]
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
        """Return whether `key` is `base`, or, if another paper has the key `base`, is `base` with a suffix."""
        is_taken = self._owners.get(base.casefold(), number) != number
        return key == base or (is_taken and has_base(key, base))

    def _free_key(self, number: int, base: str) -> str:
        # Many papers may share a base, so the search starts after the last suffix used.
        key, self._places[base] = next_key(
            base, lambda one: self._owners.get(one, number) != number, self._places.get(base, 0)
        )
        return key
