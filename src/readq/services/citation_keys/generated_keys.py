"""Make the citation key that the metadata of a paper give it."""

from collections.abc import Iterable

from readq.key_template import KeyForm
from readq.model.citation_keys.template import base_key
from readq.model.identity.evidence import Identifier
from readq.model.metadata import Metadata


def generated_key(metadata: Metadata, identifiers: Iterable[Identifier], form: KeyForm) -> str:
    """Return the citation key of a paper in the given form, without the suffix that tells it from others."""
    arxiv = next((value for scheme, value in sorted(identifiers) if scheme == "arxiv"), "")
    return base_key(metadata.authors, metadata.year, metadata.title, venue=metadata.venue, arxiv=arxiv, form=form)
