"""A paper as a citation needs it."""

from dataclasses import dataclass

from readq.model.paper_fields import PaperFields


@dataclass(frozen=True, slots=True, kw_only=True)
class Citable(PaperFields):
    """The facts that a citation is made of. Fields that no citation needs are not loaded, so they are None.

    `edited` names the fields that a person set.
    """

    key: str
    arxiv_id: str | None = None
    doi: str | None = None
    edited: frozenset[str] = frozenset()
