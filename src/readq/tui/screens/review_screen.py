"""The review screen: a card, its note and abstract when revealed, and the four ratings with their intervals."""

from collections.abc import Callable, Sequence
from sqlite3 import Connection

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content, Span

from readq.model.values import Paper, Rating
from readq.review.queue import DayCount, backlog_text, count_day
from readq.services.papers.notes import SaveResult
from readq.services.review import cards
from readq.text import counted
from readq.tui.keys.action import REVIEW
from readq.tui.keys.action_table import BY_NAME
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state.review.jobs import Answer, StepJob
from readq.tui.state.review.session import ABSTRACT, HIDDEN, ReviewSession, summary
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.text_pane import TextPane

MORE = 5
"""Number of cards that `+` asks beyond the daily limit."""


class ReviewScreen(KeyedScreen):
    """Asks the cards of a review session, one after the other."""

    SCOPE = REVIEW

    def __init__(self, context: ScreenContext, review_session: ReviewSession) -> None:
        super().__init__(context)
        self.review_session = review_session
        self.heading = TextLine("review-heading")
        self.detail = TextPane()
        self.ratings = TextLine("review-ratings")
        self.note_session.track = self._track_note
        self._paper: Paper | None = None

    def compose(self) -> ComposeResult:
        """Yield the heading, the card, the ratings, state line, prompt and footer."""
        yield self.heading
        with Container(id="aside"):
            yield self.detail
        yield self.ratings
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show the first card."""
        self.ask_card()

    def current_paper_id(self) -> int | None:
        """Return the id of the current card's paper. Return None if all cards are answered."""
        return self.review_session.card.paper_id if self.review_session.card else None

    def _track_note(self, job: Callable[[Connection], SaveResult]) -> Callable[[Connection], SaveResult]:
        """Return the write `job` of a note as a step that the undo key of the review takes back."""
        tracked = StepJob("note", job, lambda saved: saved.outcome.step)
        self.review_session.jobs.append(tracked)
        return tracked.do

    def day_count(self) -> DayCount:
        """Return the number of cards to ask today, and the number of due cards."""
        counts = self.session.library.counts
        return count_day(counts.due, counts.due_papers, counts.answered, self.session.config.a_day)

    def has_note(self) -> bool:
        """Return whether the current card's paper has a note."""
        return bool(self._paper and self._paper.note)

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text of the card down by `lines` lines. A negative number scrolls up."""
        self.detail.scroll_lines(lines)

    def ask_card(self) -> None:
        """Read the current card's paper and show the card. If all cards are answered, show the summary."""
        paper_id = self.current_paper_id()
        self._paper = None if paper_id is None else self.session.library.paper(paper_id)
        self.draw_card()

    def draw_card(self) -> None:
        """Draw the revealed parts of the current card, and the ratings."""
        self.detail.show(self._blocks(), from_top=self.review_session.revealed == HIDDEN)
        rated = sum(answer.rating is not None for answer in self.review_session.answers)
        progress = f"{self.review_session.remaining:,} to go · {rated:,} rated · {self.day_count()}"
        self.heading.put(Content(f" Review   {progress}"))
        self.draw_ratings()
        self.draw_bars()

    def _blocks(self) -> list[Block]:
        card, paper = self.review_session.card, self._paper
        if card is None:
            return self._end_blocks()
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

    def _end_blocks(self) -> list[Block]:
        keys = (self.keymap.label(REVIEW, "more"), self.keymap.label(REVIEW, "back"))
        return end_blocks(self.review_session.answers, self.day_count(), self.session.config.a_day, keys)

    def draw_ratings(self) -> None:
        """Draw the four ratings, each with the interval until the next review.

        Before the card is revealed, draw the key that reveals it.
        """
        card, label = self.review_session.card, self.keymap.label
        if card is None or self.review_session.revealed == HIDDEN:
            self.ratings.put(Content("" if card is None else f" {label(REVIEW, 'reveal')} reveals"))
            return
        day, config = self.review_session.day(self.session.clock()), self.session.config
        seen = card._replace(state=self.review_session.states[card.card])
        shown = self.session.library.read(lambda conn: cards.preview_intervals(conn, [seen], day, config), {})
        days = shown.get(card.card, {})
        text, spans = " ", []
        for rating in Rating:
            name = rating.name.lower()
            key = label(REVIEW, name)
            spans.append(Span(len(text), len(text) + len(key), "bold $tone-bar-mark"))
            text += f"{key} {name} {format_interval(days.get(name))}   "
        self.ratings.put(Content(text, spans))

    def library_changed(self) -> None:
        """Leave out cards that were changed elsewhere. Read the current card's paper again and redraw it."""
        self._leave_out_changed()
        paper_id = self.current_paper_id()
        self._paper = None if paper_id is None else self.session.library.paper(paper_id) or self._paper
        self.draw_card()

    def _leave_out_changed(self) -> None:
        """Remove the cards that were answered, suspended, buried, dropped or removed elsewhere from the queue."""
        states = self.review_session.queued_states
        # With writes pending, the library is older than the states that the session knows.
        if not states or self.session.writer.pending:
            return
        day = self.review_session.day(self.session.clock())
        present = self.session.library.read(lambda conn: cards.unmoved_cards(conn, states, day), None)
        removed = self.review_session.refresh_states(present) if present is not None else []
        if removed:
            names = display_text(removed[0].prompt) if len(removed) == 1 else counted(len(removed), "card")
            self.show_message(f"left out, because it was answered or taken out since this review began: {names}")

    def state_text(self) -> str:
        """Return the kind and the due day of the current card. Return "" if all cards are answered."""
        card = self.review_session.card
        return f"{card.kind} · due {card.due}" if card else ""

    def footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys to show in the footer, as (key, label) pairs.

        They depend on the revealed parts of the card.
        """
        keys = super().footer_keys()
        if self.note_session.pane is not None:
            return keys
        if self.review_session.card is None:
            return [(key, label) for key, label in keys if label in ("undo", "more", "back", "help")]
        keys = [(key, label) for key, label in keys if label != BY_NAME["more"].footer]
        if self.review_session.revealed == ABSTRACT:
            reveal, good = BY_NAME["reveal"].footer, (self.keymap.label(REVIEW, "go_on"), "good")
            return [good if label == reveal else (key, label) for key, label in keys]
        return keys


def end_blocks(answers: Sequence[Answer], count: DayCount, a_day: int, keys: tuple[str, str]) -> list[Block]:
    """Return the blocks for the end of a review: the ratings, and the cards that wait.

    `count` is the count of the day, `a_day` the daily limit. `keys` are the keys for more cards and for the list.
    """
    more, back = keys
    blocks = [Block(paper_blocks.TITLE, "Done for now." if answers else "Today's cards are done.")]
    if answers:
        blocks.append(Block(paper_blocks.BODY, summary(answers)))
    if waiting := backlog_text(count.due - count.today, a_day):
        blocks.append(Block(paper_blocks.BODY, f"{waiting}. {more} asks {MORE} more."))
    if count.today:
        blocks.append(Block(paper_blocks.BODY, f"Still to ask {count}."))
    return [*blocks, Block(paper_blocks.HINT, f"Every rating is saved. {back} goes back to the list.")]


def format_interval(days: int | None) -> str:
    """Format an interval of `days` days: `1d`, `28d`, `3.2mo`, `1.5y`. Return "" for None."""
    if days is None:
        return ""
    if days < 60:
        return f"{days}d"
    return f"{days / 30.4:.2g}mo" if days < 365 else f"{days / 365:.2g}y"
