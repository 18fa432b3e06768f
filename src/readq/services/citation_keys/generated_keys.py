"""Make the citation key of a paper from its metadata."""

from collections.abc import Iterable

from readq.model.citation_keys.template import base_key
from readq.model.identity.evidence import Identifier
from readq.model.metadata import Metadata
from readq.templates.key_template import KeyForm


def generated_key(metadata: Metadata, identifiers: Iterable[Identifier], form: KeyForm) -> str:
    """Return the citation key that readq makes from this metadata by the template `form`.

    The result has no suffix such as `a` or `b` yet, so another paper may already have the same key.
    """
    arxiv = next((value for scheme, value in sorted(identifiers) if scheme == "arxiv"), "")
    return base_key(metadata.authors, metadata.year, metadata.title, venue=metadata.venue, arxiv=arxiv, form=form)
