"""The fields of a paper that a citation needs."""

from dataclasses import dataclass

from readq.model.paper_fields import PaperFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable(PaperFields):
    """A paper with the fields that a citation needs. All other fields are None or empty.

    `key` is the citation key. `edited` holds the names of the fields that a person set.
    """

    key: str
    arxiv_id: str | None = None
    doi: str | None = None
    edited: frozenset[str] = frozenset()
