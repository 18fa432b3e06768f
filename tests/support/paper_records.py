"""Records to begin with: a paper that nobody touched, and an answer."""

from readq.model.records import AnswerRecord, PaperRecord
from readq.model.values import Author

PAPER = PaperRecord(
    key="ada2026growth",
    key_frozen=False,
    aliases=(),
    title="On growth",
    authors=(Author("Ada Lovelace"),),
    abstract="Short.",
    year=2026,
    published=None,
    venue=None,
    primary_class=None,
    url=None,
    pdf_url=None,
    entry_type=None,
    fields=(),
    trust=30,
    edited=(),
    identifiers=(("arxiv", "2611.00001"),),
    sightings=(),
    status="inbox",
    decided=None,
    starred=False,
    snoozed_until=None,
    added="2026-11-20T08:00:00Z",
    tags=(),
    note=None,
    cards=(),
)

ANSWER = AnswerRecord("2026-11-21T08:00:00Z", "2026-11-21", 3600, 3, 0.8, "fsrs-6")
