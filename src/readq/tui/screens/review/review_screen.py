"""The review screen: the question of a card, the back of the card once it is revealed, and the four ratings."""

from collections.abc import Callable, Mapping
from sqlite3 import Connection

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content, Span

from readq.days import local_day
from readq.errors import ReadqError
from readq.model.values import Paper, Rating
from readq.review.queue import DayCount, count_day
from readq.services.review import cards, prompts
from readq.services.review.outlook import Outlook, outlook
from readq.services.review.prompts import BackSide
from readq.text import counted
from readq.tui.keys.action import REVIEW
from readq.tui.screens.base import KeyedScreen, Result
from readq.tui.screens.review.end import end_blocks
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.state.paper_links import link_lines, linked_papers
from readq.tui.state.review.jobs import StepJob
from readq.tui.state.review.session import ABSTRACT, HIDDEN, ReviewSession
from readq.tui.state.review.summary import end_line, kept_cards, summary
from readq.tui.text import card_blocks
from readq.tui.text.card_blocks import AbstractHint, CardBack
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.text_pane import TextPane

_MOST_NAMED = 3
"""The largest number of cards that a message names."""

_LINKS_SHOWN = 5
"""The largest number of links that the back of a card shows."""


class ReviewScreen(KeyedScreen):
    """Shows the cards of a review session, one after the other, and takes the answers."""

    SCOPE = REVIEW

    def __init__(self, context: ScreenContext, review_session: ReviewSession) -> None:
        super().__init__(context)
        self.review_session = review_session
        self.heading = TextLine("review-heading")
        self.detail = TextPane()
        self.ratings = TextLine("review-ratings")
        self.intervals: Mapping[str, int] = {}
        """Maps the names of ratings to the days until the next review of the revealed card."""
        self._paper: Paper | None = None
        self._back: BackSide | None = None
        self._has_more = False
        """Whether the key for more cards would add any. It is known once all cards are answered."""

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

    def track(
        self, what: str, job: Callable[[Connection], Result], step_of: Callable[[Result], int | None]
    ) -> Callable[[Connection], Result]:
        """Return a function that runs `job` and records its undo step, for the undo key of the review."""
        tracked = StepJob(what, job, step_of)
        self.review_session.jobs.append(tracked)
        return tracked.do

    def day_count(self) -> DayCount:
        """Return the number of cards to review today, and the number of due cards."""
        counts = self.session.library.counts
        return count_day(counts.due, counts.due_papers, counts.answered, self.session.config.a_day)

    def scroll_paper(self, lines: int) -> None:
        """Scroll the text of the card down by `lines` lines. A negative number scrolls up."""
        self.scroll_text(self.detail, lines)

    def ask_card(self) -> None:
        """Read the current card's paper and show the card. If all cards are answered, show the summary."""
        self._paper = self._back = None
        self._read_card()
        self.draw_card()

    def _read_card(self) -> None:
        """Read the paper and the back of the current card. While the library is locked, they stay as they are."""
        card, library = self.review_session.card, self.session.library
        if card is not None:
            self._paper = library.paper(card.paper_id) or self._paper
            self._back = library.read(lambda conn: prompts.read_back(conn, card.card, card.asks), None) or self._back

    def draw_card(self) -> None:
        """Draw the revealed parts of the current card, and the ratings."""
        self.detail.show(self._blocks(), from_top=self.review_session.revealed == HIDDEN)
        rated = sum(answer.rating is not None for answer in self.review_session.answers)
        progress = f"{self.review_session.remaining:,} to go · {rated:,} rated · {self.day_count()}"
        self.heading.put(Content(f" Review   {progress}"))
        self.draw_ratings()
        self.draw_bars()

    def _blocks(self) -> list[Block]:
        review, label = self.review_session, self.keymap.label
        card, paper, side = review.card, self._paper, self._back
        if card is None:
            return self._end_blocks()
        blocks = list(card_blocks.front(card, paper))
        if review.revealed > HIDDEN:
            side = side or BackSide(None, None, None, ())
            links = link_lines(linked_papers(self.session, side.links), _LINKS_SHOWN)
            shown = CardBack(side, review.typed, links)
            hint = AbstractHint(review.revealed == ABSTRACT, label(REVIEW, "abstract"), label(REVIEW, "note"))
            blocks += card_blocks.back(card, paper, shown, hint)
        return blocks

    def _end_blocks(self) -> list[Block]:
        answers, config = self.review_session.answers, self.session.config
        day = self.review_session.day(self.session.clock())
        kept = [card for card, is_kept in kept_cards(answers).items() if is_kept]
        after = self.session.library.read(lambda conn: outlook(conn, kept, day, config), Outlook())
        texts = [summary(answers) if answers else "", end_line(answers, after, day)]
        keys = {name: self.keymap.label(REVIEW, name) for name in ("more", "backlog", "back")}
        self._has_more = self._find_more()
        if not self._has_more:
            keys["more"] = ""
        return end_blocks(texts, self.day_count(), config.a_day, keys)

    def _find_more(self) -> bool:
        """Return whether a card is due that the choice of this review finds. Return True while the library is locked.

        A paper is asked once a day, so cards of papers that were answered today do not count.
        """
        choice, now, config = self.review_session.choice, self.session.clock(), self.session.config
        moment = self.review_session.moment(now)
        if not choice.query and not choice.ahead and local_day(moment) == local_day(now):
            return self.session.library.counts.due_papers > 0
        one = choice._replace(more=1)
        try:
            return self.session.library.read(lambda conn: bool(cards.review_queue(conn, moment, config, one)), True)
        except ReadqError:
            # The query names a view that was removed during the review.
            return False

    def draw_ratings(self) -> None:
        """Draw the four ratings, each with the interval until the next review of the card.

        Before the card is revealed, draw the keys that reveal the card instead.
        """
        card, label, self.intervals = self.review_session.card, self.keymap.label, {}
        if card is None or self.review_session.revealed == HIDDEN:
            hint = f" {label(REVIEW, 'recall')} writes down what you recall   {label(REVIEW, 'reveal')} reveals"
            self.ratings.put(Content("" if card is None else hint))
            return
        day, config = self.review_session.day(self.session.clock()), self.session.config
        seen = card._replace(state=self.review_session.states[card.card])
        shown = self.session.library.read(lambda conn: cards.preview_intervals(conn, [seen], day, config), {})
        self.intervals = shown.get(card.card, {})
        text, spans = " ", []
        for rating in Rating:
            name = rating.name.lower()
            key = label(REVIEW, name)
            spans.append(Span(len(text), len(text) + len(key), "bold $tone-bar-mark"))
            text += f"{key} {name} {format_interval(self.intervals.get(name))}   "
        self.ratings.put(Content(text, spans))

    def library_changed(self) -> None:
        """If another program or screen has changed some cards, remove these cards from the queue.

        Then read and draw the current card again.
        """
        self._leave_out_changed()
        card = self.review_session.card
        if card is not None and not self.session.writer.pending:
            present = self.session.library.read(lambda conn: cards.find_due_card(conn, card), card)
            if present is not None:
                self.review_session.replace_card(present)
        self._read_card()
        self.draw_card()

    def _leave_out_changed(self) -> None:
        """Remove the cards that were answered, suspended, buried, dropped or removed elsewhere from the queue."""
        states = self.review_session.queued_states
        # With writes pending, the library is older than the states that the session knows.
        if not states or self.session.writer.pending:
            return
        day = self.review_session.day(self.session.clock())
        current = self.review_session.card
        present = self.session.library.read(lambda conn: cards.unmoved_cards(conn, states, day), None)
        removed = self.review_session.refresh_states(present) if present is not None else []
        if removed:
            if self.review_session.card is not current:
                self._paper = self._back = None
            names = "; ".join(display_text(card.prompt) for card in removed[:_MOST_NAMED])
            more = f" and {counted(len(removed) - _MOST_NAMED, 'more card')}" if len(removed) > _MOST_NAMED else ""
            self.show_message(f"left out: {names}{more}, answered or taken out elsewhere since this review began")

    def state_text(self) -> str:
        """Return the kind and the due day of the current card. Return "" if all cards are answered."""
        card = self.review_session.card
        return f"{card.kind} · due {card.due}{' · asked first' if card.is_prioritised else ''}" if card else ""

    def screen_footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys for the footer, which depend on the revealed parts of the card."""
        review = self.review_session
        away = (("bury", "bury"), ("postpone", "later"), ("retire", "retire"), ("history", "history"))
        rest = (("undo", "undo"), *away, ("back", "back"), ("help", "help"))
        if review.card is None:
            more = (("more", "five more"),) if self._has_more else ()
            end = (*more, ("backlog", "backlog"), ("undo", "undo"), *rest[-2:])
            return self.keymap.labelled(REVIEW, end)
        if review.revealed == HIDDEN:
            return self.keymap.labelled(REVIEW, [("reveal", "reveal"), ("recall", "write"), *rest])
        keep = (("more", "keep"),) if review.typed and not review.is_kept else ()
        abstract = (("abstract", "abstract"),) if review.revealed != ABSTRACT else ()
        return self.keymap.labelled(REVIEW, [("go_on", "good"), *abstract, *keep, ("note", "note"), *rest])


def format_interval(days: int | None) -> str:
    """Format an interval of `days` days as days, months or years: `1d`, `28d`, `3.2mo`, `1.5y`. Return "" for None."""
    if days is None:
        return ""
    if days < 60:
        return f"{days}d"
    return f"{days / 30.4:.2g}mo" if days < 365 else f"{days / 365:.2g}y"
