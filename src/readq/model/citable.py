"""The fields of a paper that a citation needs."""

from dataclasses import dataclass

from readq.model.paper_fields import PaperFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable(PaperFields):
    """A paper with the fields that a citation needs. All other fields are None or empty.

    `key` is the citation key, and `former_keys` are the citation keys that the paper had before. `edited` holds the
    names of the fields that a person set. The abstract, the tags and the note are set only if the export asked for
    them.
    """

    key: str
    arxiv_id: str | None = None
    doi: str | None = None
    edited: frozenset[str] = frozenset()
    former_keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    note: str | None = None
