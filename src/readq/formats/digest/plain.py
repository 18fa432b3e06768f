"""Write a digest as plain text of at most 72 columns."""

from collections.abc import Iterator

from readq.formats.digest.contents import Digest, DigestPaper, DigestQuestion, Section
from readq.line_wrap import wrap

WIDTH = 72
"""The maximum width of a line, in columns. A wide character takes two columns."""

_INDENT = 4


def write(digest: Digest) -> str:
    """Return the digest as plain text. Each line is at most WIDTH columns wide.

    A URL that is longer than a line is put in angle brackets and broken into lines, as RFC 3986 recommends.
    """
    lines = [f"readq digest, {digest.day.isoformat()}", ""]
    for section in digest.sections:
        lines += _section(section, digest.since_text)
    lines += wrap(digest.queue_text, WIDTH)
    if digest.oldest:
        lines += _paper(digest.oldest, "", ("reading", "dropped"))
    lines += ["", *wrap(f"{digest.due_text}{', with readq review' if digest.due else ''}.", WIDTH)]
    if digest.question:
        lines += _question(digest.question)
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _question(asked: DigestQuestion) -> Iterator[str]:
    indent = " " * _INDENT
    yield ""
    yield from wrap(f"On {asked.title} ({asked.reference})", WIDTH)
    yield from (indent + line for line in wrap(asked.question, WIDTH - _INDENT))
    yield ""
    yield from (indent + line for line in wrap(f"Your line: {asked.answer}", WIDTH - _INDENT))


def _section(section: Section, since: str) -> Iterator[str]:
    yield from wrap(f"{section.heading[0].upper()}{section.heading[1:]} since {since}", WIDTH)
    yield ""
    for number, paper in enumerate(section.papers, 1):
        yield from _paper(paper, f"{number}.", ("queued", "dropped"))
        yield ""
    if section.rest:
        yield from wrap(f"{section.rest}: readq list {section.query}", WIDTH)
        yield ""


def _paper(paper: DigestPaper, number: str, statuses: tuple[str, ...]) -> Iterator[str]:
    first = f"{number:<{_INDENT - 1}} "
    yield from wrap(first + paper.title, WIDTH, hang=len(first))
    indent = " " * _INDENT
    if paper.details:
        yield from (indent + line for line in wrap(paper.details, WIDTH - _INDENT))
    if paper.address:
        short = len(paper.address) <= WIDTH - _INDENT
        yield from (indent + line for line in wrap(paper.address if short else f"<{paper.address}>", WIDTH - _INDENT))
    yield from (indent + paper.command(status) for status in statuses)
