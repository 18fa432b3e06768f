"""Collect the evidence of one paper: the facts that show whether it is the same work as another paper."""

import functools
from collections.abc import Iterable

from readq.model.authors.person_names import surname
from readq.model.fields.paper_fields import PaperFields
from readq.model.identity.evidence import Evidence, Identifier, Name, details_of, family_words, kind_of, stage_of
from readq.model.values import Author


def paper_evidence(
    paper: PaperFields,
    identifiers: Iterable[Identifier],
    titles: Iterable[str],
    year: int | None,
    *,
    names: Iterable[Name] = (),
    keys: Iterable[str] = (),
) -> Evidence:
    """Return the evidence of a paper.

    `titles` are title keys, which are titles normalised for comparison. `keys` are citation keys, case-folded. `names`
    are the names that sources use for the paper.
    """
    kind, stage = kind_of(paper.entry_type), stage_of(identifiers, paper.venue)
    return Evidence(
        frozenset(identifiers),
        frozenset(titles),
        frozenset().union(*map(_family_words, paper.authors)),
        frozenset((year,) if year else ()),
        frozenset((paper.abstract,) if paper.abstract else ()),
        frozenset((kind,) if kind else ()),
        frozenset((stage,) if stage else ()),
        details_of(dict(paper.fields)) if paper.fields else frozenset(),
        frozenset(names),
        frozenset(keys),
    )


@functools.lru_cache(maxsize=1024)
def _family_words(author: Author) -> frozenset[str]:
    return family_words([author.family if author.given and author.family else surname(author)])
