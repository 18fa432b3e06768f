"""What one source states about one paper, before the paper is imported."""

from dataclasses import dataclass

from readq.model.paper_fields import PaperFields
from readq.model.values import Appearance, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPaper(PaperFields):
    """What one source states about a paper. The text is already cleaned by `readq.text`.

    `identifiers` are (scheme, value) pairs in normal form, which `readq.model.identifiers` explains. `where` is the
    place in the input, for messages, such as `entry 17`. `appearance` tells where a feed listed the paper. `version` is
    the version on arXiv, from 1. `key`, `former_keys`, `tags` and `note` come from a file of the reader. `name`
    identifies the paper within its source. It is a guid or a link, for example.
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
