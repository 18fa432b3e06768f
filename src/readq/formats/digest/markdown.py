"""Write a digest in Markdown."""

import re
from collections.abc import Iterator

from readq.formats.digest.contents import Digest, DigestPaper, Section
from readq.formats.markdown.paper_list import escaped


def write(digest: Digest) -> str:
    """Return the digest as Markdown. The text of papers is escaped."""
    return "".join(f"{line}\n" for line in _lines(digest))


def _lines(digest: Digest) -> Iterator[str]:
    yield f"# readq digest, {digest.day.isoformat()}\n"
    for section in digest.sections:
        yield from _section(section, digest.since_text)
    yield f"## Queue\n\n{digest.queue_text}"
    if digest.oldest:
        yield f"\n{_paper(digest.oldest, '-', ('reading', 'dropped'))}"
    yield f"\n## Review\n\n{digest.due_text}{', with `readq review`' if digest.due else ''}."
    if digest.question:
        asked = digest.question
        # Each line begins with a word of its own, so that no text of a note or title begins a list or a heading.
        yield f"\nOn {escaped(asked.title)} (`{asked.reference}`)\n\nQuestion: {escaped(asked.question)}"
        yield f"\nYour line: {escaped(asked.answer)}"


def _section(section: Section, since: str) -> Iterator[str]:
    yield f"## {escaped(section.heading[0].upper() + section.heading[1:])} since {since}\n"
    for number, paper in enumerate(section.papers, 1):
        yield f"{_paper(paper, f'{number}.', ('queued', 'dropped'))}\n"
    if section.rest:
        yield f"{section.rest}: {_code(f'readq list {section.query}')}\n"


def _code(text: str) -> str:
    """Return `text` as Markdown code. It is put between more backticks than it has in a row."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{fence}{space}{text}{space}{fence}"


def _paper(paper: DigestPaper, marker: str, statuses: tuple[str, ...]) -> str:
    parts = [
        f"**{escaped(paper.title)}**",
        escaped(paper.details),
        f"<{paper.address}>" if paper.address else "",
        " ".join(f"`{paper.command(status)}`" for status in statuses),
    ]
    # A backslash at the end of a line breaks the line, and the indent keeps it in the item of the list.
    between = f"\\\n{' ' * (len(marker) + 1)}"
    return f"{marker} {between.join(part for part in parts if part)}"
