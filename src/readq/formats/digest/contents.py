"""Define the contents of a digest, as values that the writers of all formats use."""

from datetime import date, datetime
from typing import NamedTuple

from readq.text import counted

_MOST_AUTHORS = 4


class DigestPaper(NamedTuple):
    """A paper of a digest. Each text is one line without control characters."""

    title: str
    """The title in Unicode."""
    authors: tuple[str, ...]
    address: str | None
    """An http or https URL that is safe to open, or None."""
    interest: int | None
    """The score of interest, from 0 to 100, or None if the paper has no score."""
    upvotes: int | None
    """The number of upvotes, or None if it is not known."""
    feed: str
    """The name of the feed that listed the paper last, or ""."""
    reference: str
    """The citation key or an id of the paper, in a form that needs no quotes in a shell."""

    @property
    def details(self) -> str:
        """The first authors, the interest, the upvotes and the feed on one line. Unknown values are left out."""
        names = ", ".join(self.authors[:_MOST_AUTHORS])
        if len(self.authors) > _MOST_AUTHORS:
            names = f"{names}, +{len(self.authors) - _MOST_AUTHORS}"
        interest = f"interest {self.interest}" if self.interest is not None else ""
        upvotes = f"▲{self.upvotes}" if self.upvotes is not None else ""
        return " · ".join(part for part in (names, interest, upvotes, self.feed) if part)

    def command(self, status: str) -> str:
        """Return the command line that sets the status of the paper, such as `readq mark queued ho2020denoising`."""
        return f"readq mark {status} {self.reference}"


class Section(NamedTuple):
    """A list of papers under a heading."""

    noun: str
    """The noun for a paper in the heading, such as `new paper`."""
    papers: tuple[DigestPaper, ...]
    """The papers that are listed. The section can have more papers."""
    total: int
    """The number of all papers of the section."""
    query: str
    """The query by which `readq list` finds all papers of the section, quoted for a shell."""
    deed: str = ""
    """What a watch did with the papers, such as `raised by watch rl`, or "".

    A watch is a saved view that acts on new papers.
    """
    name: str = "new"
    """A short name of the section, for a digest of one line."""
    elsewhere: int = 0
    """The number of papers of this section that are listed in another section instead."""

    @property
    def heading(self) -> str:
        """The heading, such as `17 new papers`: the number of all papers, the noun, and `deed` if it is not ""."""
        number = counted(self.total, self.noun) if self.total else f"no {self.noun}s"
        return f"{number} {self.deed}" if self.deed else number

    @property
    def rest(self) -> str:
        """A text with the number of papers of this section that no section lists, such as `and 12 more`.

        It is "" if every paper of this section is listed.
        """
        hidden = self.total - self.elsewhere - len(self.papers)
        if hidden and not self.papers:
            return "all of them" if not self.elsewhere else f"{hidden:,} others"
        return f"and {hidden:,} more" if hidden else ""


class DigestQuestion(NamedTuple):
    """A review question about a paper, for a digest. Each text is one line without control characters."""

    question: str
    """The text of the question."""
    title: str
    """The title of the paper."""
    answer: str
    """The answer from the user's own note."""
    reference: str
    """The citation key or an id of the paper, in a form that needs no quotes in a shell."""


class Digest(NamedTuple):
    """A digest of one day."""

    day: date
    """The local day of the digest."""
    since: datetime
    """The start of the time that the digest covers."""
    sections: tuple[Section, ...]
    """The section of new papers, followed by one section for each watch that caught papers."""
    queued: int
    """The number of papers in the queue."""
    oldest: DigestPaper | None
    """The paper that has been in the queue longest, or None if the queue is empty."""
    oldest_days: int
    """The number of days since `oldest` was queued."""
    due: int
    """The number of cards that are due for review."""
    due_today: int
    """The number of cards to review today, within the daily limit."""
    question: DigestQuestion | None = None
    """A review question, or None."""

    @property
    def new(self) -> Section:
        """The section of new papers."""
        return self.sections[0]

    @property
    def since_text(self) -> str:
        """The start of the time that the digest covers, as text such as `2026-11-22 09:00`."""
        return f"{self.since:%Y-%m-%d %H:%M}"

    @property
    def queue_text(self) -> str:
        """A sentence with the number of papers in the queue, and the number of days that the oldest has waited."""
        if not self.oldest:
            return "The queue is empty."
        verb = "waits" if self.queued == 1 else "wait"
        return (
            f"{counted(self.queued, 'paper')} {verb} in the queue, the oldest for {counted(self.oldest_days, 'day')}:"
        )

    @property
    def due_text(self) -> str:
        """A sentence with the number of cards to review today. It has no full stop at its end."""
        if not self.due:
            return "Nothing is due for review"
        return f"Review today: {self.due_today:,} of {counted(self.due, 'due card')}"
