"""Fill the template of a new note. `readq.templates.note_template` checks it."""

from datetime import datetime

from readq.days import local_day
from readq.errors import UsageError
from readq.model.values import Paper
from readq.templates import note_template


def fill(template: str, paper: Paper, now: datetime) -> str:
    """Return the text of a new note on `paper`: the template with its fields replaced by the values of the paper.

    A field without a value becomes an empty text. Raises UsageError if the template contains an unknown field or a lone
    brace.
    """
    if (wrong := note_template.wrong_part(template)) is not None:
        raise UsageError(f"notes.template has {wrong}", f"known: {', '.join(note_template.FIELDS)}")
    values = {
        "title": paper.title,
        "key": paper.key,
        "year": paper.year,
        "authors": ", ".join(paper.authors),
        "first_author": paper.authors[0] if paper.authors else None,
        "venue": paper.venue,
        "arxiv": paper.arxiv_id,
        "doi": paper.doi,
        "url": paper.url,
        "date": local_day(now),
    }
    return template.format(**{name: "" if value is None else value for name, value in values.items()})
