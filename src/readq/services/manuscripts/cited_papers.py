"""Find the papers that the citation keys of a document name."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.services.citing.export_formats import ExportFormat
from readq.store.papers.key_lookup import ids_by_key
from readq.store.papers.lookup import citation_keys


class CitedPapers(NamedTuple):
    """The papers that a document cites. `unknown` are the keys that name no paper.

    `names` maps the present key of a paper to the key under which the document cites it, where they differ: a former
    key, or one in another case. `doubled` are pairs of a key and of another key, under which the document cites the
    same paper.
    """

    ids: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()
    names: Mapping[str, str] = {}
    doubled: tuple[tuple[str, str], ...] = ()

    def named(self, form: ExportFormat) -> ExportFormat:
        """Return the format that writes each paper under the key by which the document cites it."""
        return form._replace(names=self.names)


def cited_papers(connection: sqlite3.Connection, keys: Sequence[str]) -> CitedPapers:
    """Return the papers with the citation keys `keys`, which may be former ones. Case matters only as a last resort."""
    found = ids_by_key(connection, keys)
    present = {number: key for number, (key, _) in citation_keys(connection, set(found.values())).items()}
    under: dict[int, str] = {}
    doubled: list[tuple[str, str]] = []
    # A paper that is cited by its present key is written under it.
    for key in sorted(found, key=lambda one: one != present[found[one]]):
        first = under.setdefault(found[key], key)
        if first != key:
            doubled.append((key, first))
    names = {present[number]: key for number, key in under.items() if present[number] != key}
    unknown = tuple(key for key in keys if key not in found)
    return CitedPapers(tuple(under), unknown, names, tuple(doubled))
