"""The metadata of one paper as one source states it, before the paper is imported."""

from dataclasses import dataclass

from readq.model.paper_fields import PaperFields
from readq.model.values import Appearance, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPaper(PaperFields):
    """The metadata of one paper as one source states it. All text is already cleaned by `readq.text`.

    `trust` is the reliability of the source. `where` is the place in the input, for messages, such as `entry 17`.
    `identifiers` are (scheme, value) pairs in normal form (see `readq.model.identifiers`). `appearance` is the
    appearance of the paper in a feed, or None. `version` is the version on arXiv, from 1. `key` (the citation key),
    `former_keys`, `tags` and `note` come from a file of the reader. `name` identifies the paper within its source, for
    example a guid or a link.
    """

    trust: Trust
    where: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    appearance: Appearance | None = None
    key: str | None = None
    former_keys: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    note: str | None = None
    version: int | None = None
    name: str | None = None
