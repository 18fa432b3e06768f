"""Define the contents of a digest, as values that the writers of all formats use."""

from datetime import date, datetime
from typing import NamedTuple

from readq.text import counted

_MOST_AUTHORS = 4


class DigestPaper(NamedTuple):
    """A paper of a digest. `reference` is its citation key or an id, in a form that needs no quotes in a shell.

    `title` and each of `authors` are one line, without control characters. `address` is an http or https URL that is
    safe to open, or None. `interest` is the score of interest from 0 to 100, or None if the paper has no score.
    `upvotes` is the number of upvotes, or None if it is not known. `feed` is the name of the feed that listed the paper
    last, or "".
    """

    title: str
    authors: tuple[str, ...]
    address: str | None
    interest: int | None
    upvotes: int | None
    feed: str
    reference: str

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
    """A list of papers under a heading. `total` is the number of all papers, including those that are not in `papers`.

    `noun` is the noun for a paper in the heading, such as `new paper`. `query` is the query by which `readq list` finds
    all papers, quoted for a shell. `deed` says what a watch did with the papers, such as `raised by watch rl`, or is
    "". A watch is a saved view that acts on new papers. `name` is a short name, for a digest of one line. `elsewhere`
    is the number of papers of this section that are listed in another section instead.
    """

    noun: str
    papers: tuple[DigestPaper, ...]
    total: int
    query: str
    deed: str = ""
    name: str = "new"
    elsewhere: int = 0

    @property
    def heading(self) -> str:
        """The heading: the number of all papers, the noun and the action of a watch, such as `17 new papers`."""
        number = counted(self.total, self.noun) if self.total else f"no {self.noun}s"
        return f"{number} {self.deed}" if self.deed else number

    @property
    def rest(self) -> str:
        """A text with the number of papers of this section that no section lists, such as `and 12 more`.

        It is "" if there are none.
        """
        hidden = self.total - self.elsewhere - len(self.papers)
        if hidden and not self.papers:
            return "all of them" if not self.elsewhere else f"{hidden:,} others"
        return f"and {hidden:,} more" if hidden else ""


class DigestQuestion(NamedTuple):
    """A review question about a paper, and the answer from the reader's own note.

    `title` is the title of the paper, and `reference` names the paper as in `DigestPaper`. Each text is one line
    without control characters.
    """

    question: str
    title: str
    answer: str
    reference: str


class Digest(NamedTuple):
    """A digest of the local day `day`. It covers the time from `since` on.

    The first of `sections` has the new papers. `queued` is the number of papers in the queue. `oldest` is the paper
    that has been in the queue longest, or None if the queue is empty. `oldest_days` is the number of days since this
    paper was queued. `due` is the number of cards that are due for review. `due_today` is the number of cards to review
    today, within the daily limit. `question` is a review question, or None.
    """

    day: date
    since: datetime
    sections: tuple[Section, ...]
    queued: int
    oldest: DigestPaper | None
    oldest_days: int
    due: int
    due_today: int
    question: DigestQuestion | None = None

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
