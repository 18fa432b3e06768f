"""The fields of a paper that a citation needs."""

from dataclasses import dataclass

from readq.model.fields.paper_fields import PaperFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable(PaperFields):
    """A paper with the fields that a citation needs. Fields that no citation needs are None or empty."""

    key: str
    arxiv_id: str | None = None
    doi: str | None = None
    edited: frozenset[str] = frozenset()
    former_keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    note: str | None = None
