"""The description of one paper by one source, before it is imported."""

from dataclasses import dataclass

from readq.model.paper_fields import PaperFields
from readq.model.values import Appearance, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPaper(PaperFields):
    """The description of a paper by one source. Its text is already cleaned by `readq.text`.

    `identifiers` are (scheme, value) pairs in normal form, see `readq.model.identifiers`. `where` is the place in the
    input, for messages: `entry 17`. `appearance` is the paper's entry in a feed. `version` is the version on arXiv,
    from 1. `key`, `former_keys`, `tags` and `note` come from a file of the reader. `name` identifies the paper within
    its source, such as a guid or a link.
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
