"""The contents of a digest, as values that the writers of all forms share."""

from datetime import date, datetime
from typing import NamedTuple

from readq.text import counted

_MOST_AUTHORS = 4


class DigestPaper(NamedTuple):
    """A paper of a digest. `reference` is a REF that a shell takes as one word, without quotes.

    `title` and each of `authors` are one line, without control characters. `address` is an http or https address that
    is safe to open, or None. `interest` is from 0 to 100, or None while too little is known. `feed` is the name of the
    feed that showed the paper last, or "".
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
        """The first authors, the interest, the upvotes and the feed on one line, which is "" if nothing is known."""
        names = ", ".join(self.authors[:_MOST_AUTHORS])
        if len(self.authors) > _MOST_AUTHORS:
            names = f"{names}, +{len(self.authors) - _MOST_AUTHORS}"
        interest = f"interest {self.interest}" if self.interest is not None else ""
        upvotes = f"▲{self.upvotes}" if self.upvotes is not None else ""
        return " · ".join(part for part in (names, interest, upvotes, self.feed) if part)

    def command(self, status: str) -> str:
        """Return the command line that gives the paper a status, such as `readq mark queued ho2020denoising`."""
        return f"readq mark {status} {self.reference}"


class Section(NamedTuple):
    """A list of papers under a heading. `total` counts also the papers that are not in `papers`.

    `noun` names the papers, in the singular, such as `new paper`. `query` finds all of them in `readq list`, and is one
    word or several words of a shell. `deed` says what became of them, such as `raised by watch rl`, else it is "".
    `name` stands for the section in a digest of one line. `elsewhere` counts the papers that another section lists.
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
        """The number of the papers with their noun, such as `17 new papers`."""
        number = counted(self.total, self.noun) if self.total else f"no {self.noun}s"
        return f"{number} {self.deed}" if self.deed else number

    @property
    def rest(self) -> str:
        """How many papers no section lists, such as `and 12 more`. The text is "" if there are none."""
        hidden = self.total - self.elsewhere - len(self.papers)
        if hidden and not self.papers:
            return "all of them" if not self.elsewhere else f"{hidden:,} others"
        return f"and {hidden:,} more" if hidden else ""


class DigestQuestion(NamedTuple):
    """A question of review on the paper `title`, with the line of the reader's own that answers it.

    Each is one line without control characters. `reference` is a REF of the paper, as in `DigestPaper`.
    """

    question: str
    title: str
    answer: str
    reference: str


class Digest(NamedTuple):
    """A digest of the local day `day`. It covers the time from `since` on.

    `sections` begins with the new papers. `queued` counts the papers in the queue. `oldest` is the paper that has
    waited longest in the queue, for `oldest_days` days, or None. `due` counts the cards that are due for review, and
    `due_today` those of them that the daily limit allows today. `question` is a question of review, if one was wanted
    and a due card has a line that answers it.
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
        """The start of the time that the digest covers, such as `2026-11-22 09:00`."""
        return f"{self.since:%Y-%m-%d %H:%M}"

    @property
    def queue_text(self) -> str:
        """How many papers wait in the queue, and for how long the oldest, as one sentence."""
        if not self.oldest:
            return "The queue is empty."
        verb = "waits" if self.queued == 1 else "wait"
        return (
            f"{counted(self.queued, 'paper')} {verb} in the queue, the oldest for {counted(self.oldest_days, 'day')}:"
        )

    @property
    def due_text(self) -> str:
        """How many cards are to be reviewed today, as one line without its full stop."""
        if not self.due:
            return "Nothing is due for review"
        return f"Review today: {self.due_today:,} of {counted(self.due, 'due card')}"
