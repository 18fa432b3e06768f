"""Find the papers that a document cites, by their citation keys."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from readq.formats.latex_document.document_part import is_of_package
from readq.services.citing.export_formats import ExportFormat
from readq.store.papers.key_lookup import citation_keys, ids_by_key


class CitedPapers(NamedTuple):
    """The papers that a document cites."""

    ids: tuple[int, ...] = ()
    """The ids of the papers."""
    unknown: tuple[str, ...] = ()
    """The cited keys that belong to no paper, without those that a package of LaTeX cites by itself."""
    names: Mapping[str, str] = {}
    """Maps the present key of a paper to the key by which the document cites it, if the two differ.

    The key in the document can be a former key, or the present key in another case.
    """
    doubled: tuple[tuple[str, str], ...] = ()
    """Pairs of keys, for papers that the document cites under several keys.

    readq writes such a paper under one of these keys only. Each pair has a cited key that is not written, and the key
    under which the paper is written.
    """

    def named(self, form: ExportFormat) -> ExportFormat:
        """Return a copy of `form` that writes each paper under the key by which the document cites it."""
        return form._replace(names=self.names)


def cited_papers(connection: sqlite3.Connection, keys: Sequence[str]) -> CitedPapers:
    """Return the papers with the citation keys `keys`, which may be present or former keys. Case does not matter.

    If several of `keys` belong to one paper, the paper is written under its present key if `keys` contains it.
    Otherwise the paper is written under the key that comes first in `keys`.
    """
    found = ids_by_key(connection, keys)
    present = {number: key for number, (key, _) in citation_keys(connection, set(found.values())).items()}
    under: dict[int, str] = {}
    doubled: list[tuple[str, str]] = []
    # Present keys come first, so that a paper that is cited by its present key is written under that key.
    for key in sorted(found, key=lambda one: one != present[found[one]]):
        first = under.setdefault(found[key], key)
        if first != key:
            doubled.append((key, first))
    names = {present[number]: key for number, key in under.items() if present[number] != key}
    unknown = tuple(key for key in keys if key not in found and not is_of_package(key))
    return CitedPapers(tuple(under), unknown, names, tuple(doubled))
