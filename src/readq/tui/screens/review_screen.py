"""Spaced review: the question, then what was noted, then the abstract; four ratings with the interval on each."""

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content, Span

from readq.model.values import Paper, Rating
from readq.services.review import cards as reviewing
from readq.services.views import list_selection
from readq.tui.keys.action_table import BY_NAME, REVIEW
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state.review_session import ABSTRACT, HIDDEN, Answer, ReviewSession, UndoableJob, summary
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.text_pane import TextPane


async def open_review(screen: KeyedScreen, query: str = "") -> None:
    """Begin a sitting with what is due today, of the papers that `query` finds.

    Raises UsageError for a query that cannot be understood.
    """
    session = screen.session
    now = session.clock()
    chosen = list_selection(query, now) if query else None
    cards = session.library.read(lambda conn: reviewing.review_queue(conn, now, session.config, chosen), None)
    if cards:
        await screen.app.push_screen(ReviewScreen(screen.context, ReviewSession(cards)))
    else:
        screen.say("another program holds the library, try again" if cards is None else "nothing is due for review")


class ReviewScreen(KeyedScreen):
    """Asks the cards of a sitting one by one."""

    PLACE = REVIEW

    def __init__(self, context: ScreenContext, review_session: ReviewSession) -> None:
        super().__init__(context)
        self.review_session = review_session
        self.heading = TextLine("review-heading")
        self.detail = TextPane()
        self.ratings = TextLine("review-ratings")
        self.jobs: list[UndoableJob] = []
        """The write of each answer of the sitting, in the same order."""
        self._paper: Paper | None = None

    def compose(self) -> ComposeResult:
        """The card, and the ratings below it."""
        yield self.heading
        with Container(id="aside"):
            yield self.detail
        yield self.ratings
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Ask the first card."""
        self.ask_card()

    def subject(self) -> int | None:
        """The paper that the card is about."""
        return self.review_session.card.paper_id if self.review_session.card else None

    def has_note(self) -> bool:
        """Whether there is a note to reveal."""
        return bool(self._paper and self._paper.note)

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text."""
        self.detail.scroll_lines(lines)

    def ask_card(self) -> None:
        """Show the card that is asked now, or how the sitting went."""
        subject = self.subject()
        self._paper = None if subject is None else self.session.library.paper(subject)
        self.draw_card()

    def draw_card(self) -> None:
        """Show as much of the card as has been revealed."""
        self.detail.show(self._blocks(), from_top=self.review_session.revealed == HIDDEN)
        done = sum(answer.rating is not None for answer in self.review_session.answers)
        self.heading.put(Content(f" Review   {self.review_session.remaining:,} to go · {done:,} rated"))
        self.draw_ratings()
        self.draw_bars()

    def _blocks(self) -> list[Block]:
        card, paper = self.review_session.card, self._paper
        if card is None:
            return _end_blocks(self.review_session.answers, self.keymap.label(REVIEW, "back"))
        if paper is None:
            return [
                Block(paper_blocks.TITLE, display_text(card.prompt)),
                Block(paper_blocks.HINT, "the paper cannot be read now"),
            ]
        blocks = (
            []
            if card.kind == "paper"
            else [Block(paper_blocks.TITLE, display_text(card.prompt)), Block(paper_blocks.RULE, "")]
        )
        blocks += paper_blocks.heading(paper, 6)
        if self.review_session.revealed > HIDDEN:
            blocks += paper_blocks.note(paper)
        if self.review_session.revealed == ABSTRACT:
            blocks += paper_blocks.abstract(paper)
        return blocks

    def draw_ratings(self) -> None:
        """The four ratings with their intervals, or how to reveal."""
        card, keymap = self.review_session.card, self.keymap.label
        if card is None or self.review_session.revealed == HIDDEN:
            self.ratings.put(Content("" if card is None else f" {keymap(REVIEW, 'reveal')} reveals"))
            return
        now, config = self.session.clock(), self.session.config
        days = self.session.library.read(lambda conn: reviewing.intervals(conn, card.card, now, config), {})
        text, spans = " ", []
        for rating in Rating:
            name = rating.name.lower()
            key = keymap(REVIEW, name)
            spans.append(Span(len(text), len(text) + len(key), "bold $text-accent"))
            text += f"{key} {name} {interval(days.get(name))}   "
        self.ratings.put(Content(text, spans))

    def library_changed(self) -> None:
        """The card may read differently now: a note was saved, a rating was written."""
        subject = self.subject()
        self._paper = None if subject is None else self.session.library.paper(subject) or self._paper
        self.draw_card()

    def state_text(self) -> str:
        """What kind of card this is and since when it is due."""
        card = self.review_session.card
        return f"{card.kind} · due {card.due}" if card else ""

    def footer_keys(self) -> list[tuple[str, str]]:
        """The keys that mean something at this point of the card."""
        keys = super().footer_keys()
        if self.note_session.pane is not None:
            return keys
        if self.review_session.card is None:
            return [(key, label) for key, label in keys if label in ("undo", "back", "help")]
        if self.review_session.revealed == ABSTRACT:
            reveal, good = BY_NAME["reveal"].footer, (self.keymap.label(REVIEW, "go_on"), "good")
            return [good if label == reveal else (key, label) for key, label in keys]
        return keys


def _end_blocks(answers: Sequence[Answer], back: str) -> list[Block]:
    return [
        Block(paper_blocks.TITLE, "Done for now."),
        Block(paper_blocks.BODY, summary(answers)),
        Block(paper_blocks.HINT, f"Every rating is saved. {back} goes back to the list."),
    ]


def interval(days: int | None) -> str:
    """Days as they stand on a rating: `1d`, `28d`, `3.2mo`, `1.5y`."""
    if days is None:
        return ""
    if days < 60:
        return f"{days}d"
    return f"{days / 30.4:.2g}mo" if days < 365 else f"{days / 365:.2g}y"
