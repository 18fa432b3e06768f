"""Actions on the current card of a review.

For example, the user types what they recall of the paper, reveals the card, rates it, and undoes a rating. When all
cards are answered, another action adds more cards to the review.
"""

from collections.abc import Mapping
from functools import partial

from readq.errors import ReadqError
from readq.model.values import Rating
from readq.review.prompts import recall_line
from readq.services.history.undo import UndoResult
from readq.services.papers import notes
from readq.services.review import card_changes, card_list, cards, ratings
from readq.services.review.cards import DueCard
from readq.services.review.ratings import RETIREMENT_DAYS, NewRating, RatedCard
from readq.tui.actions.review import away
from readq.tui.screens.review.end import MORE
from readq.tui.screens.review.review_screen import ReviewScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.screens.text_screen import TextScreen
from readq.tui.state.review.jobs import Answer, RatingJob, StepJob, UndoableJob
from readq.tui.state.review.session import HIDDEN
from readq.tui.text import card_blocks, paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.prompt_line import Prompt


def _reveal(screen: ReviewScreen) -> None:
    # Once the back is revealed the key does nothing: one press too many must not rate the card.
    if screen.review_session.card is not None and screen.review_session.revealed == HIDDEN:
        screen.review_session.reveal()
        screen.draw_card()


def _reveal_abstract(screen: ReviewScreen) -> None:
    if screen.review_session.card is not None:
        screen.review_session.reveal_abstract()
        screen.draw_card()


def _recall(screen: ReviewScreen) -> None:
    """Ask for a line with what the user recalls, then reveal the card. An empty line only reveals it."""
    review = screen.review_session
    asked = review.card
    if asked is None:
        return
    if review.revealed != HIDDEN:
        screen.show_message("the card is revealed: what is written now would not be recalled")
        return

    def accept(text: str) -> bool:
        if review.card is None or review.card.card != asked.card:
            screen.show_message("not kept: this card has left the review")
            return True
        review.typed = text.strip()
        _reveal(screen)
        return True

    keys = (("Enter", "reveal"), ("Esc", "back to the question"))
    screen.open_prompt(Prompt("recall:", accept, text=review.typed, keys=keys))


async def _go_on(screen: ReviewScreen) -> None:
    review = screen.review_session
    if review.card is not None and review.revealed == HIDDEN:
        _recall(screen)
    elif review.card is not None:
        await _answer(screen, review.card, Rating.GOOD)


async def _rate(screen: ReviewScreen, rating: Rating) -> None:
    review = screen.review_session
    if review.card is None or review.revealed == HIDDEN:
        _reveal(screen)
    else:
        await _answer(screen, review.card, rating)


async def _answer(screen: ReviewScreen, card: DueCard, rating: Rating) -> None:
    screen.session.require_writable()
    review, now = screen.review_session, screen.session.clock()
    days = screen.intervals.get(rating.name.lower(), 0)
    is_forgotten = rating is Rating.AGAIN and _was_forgotten_before(screen, card)
    given = NewRating(card.card, rating, now, review.day(now), card.state, review.facts())
    answer = review.answer(rating)
    job = RatingJob(answer, given, review.states, review.config)

    def done(rated: RatedCard | None) -> None:
        if rated is None:
            _forget(screen, answer)

    review.jobs.append(job)
    screen.session.write(job.do, done, partial(away.ask_later, screen, [answer]))
    screen.ask_card()
    screen.show_message(f"rated {rating.name.lower()}: {display_text(card.prompt)}")
    if is_forgotten:
        await away.ask_about_forgotten(screen, card)
    elif days > RETIREMENT_DAYS:
        await away.offer_retirement(screen, card, days)


def _was_forgotten_before(screen: ReviewScreen, card: DueCard) -> bool:
    review = screen.review_session
    # Of several answers on a day the first one counts.
    if any(answer.card.card == card.card and answer.rating is not None for answer in review.answers):
        return False
    day = review.day(screen.session.clock())
    return screen.session.library.read(lambda conn: ratings.was_forgotten_before(conn, card.card, day), False)


def _forget(screen: ReviewScreen, answer: Answer) -> None:
    """Remove an answer that could not be written. The other answers stay."""
    screen.review_session.forget(answer)
    if screen.is_attached:
        screen.ask_card()
    prompt = display_text(answer.card.prompt)
    screen.session.observer.show_message(f"not written, it was answered or taken out since: {prompt}")


def _prioritise(screen: ReviewScreen) -> None:
    card, now = screen.review_session.card, screen.session.clock()
    if card is None:
        return
    screen.session.require_writable()
    job = StepJob("priority", lambda conn: card_changes.prioritise(conn, card.card, now), lambda result: result[1].step)
    screen.review_session.jobs.append(job)
    screen.session.write(
        job.do,
        lambda result: screen.show_message("asked first from now on" if result[0] else "asked in its turn again"),
    )


def _undo(screen: ReviewScreen) -> None:
    screen.session.require_writable()
    review, now = screen.review_session, screen.session.clock()
    job = review.last_job()
    if job is None:
        screen.show_message("nothing to undo in this review")
        return
    name = job.what
    if len(job.answers) == 1:
        name = display_text(job.answers[0].card.prompt)
    for answer in reversed(job.answers):
        review.take_back(answer)
    screen.session.write(partial(job.undo, now=now), partial(_report_undo, screen, job))
    screen.ask_card()
    screen.show_message(f"undone: {name}")


def _report_undo(screen: ReviewScreen, job: UndoableJob, undone: UndoResult | None) -> None:
    if undone is not None and undone.is_unchanged:
        screen.show_message(f"cannot undo, it was changed since: {job.what}")


def _keep_or_ask_more(screen: ReviewScreen) -> None:
    """Add the text that the user typed to the note of the current card.

    At the end of the review, ask further cards.
    """
    review = screen.review_session
    if review.card is None:
        _ask_more(screen)
    elif review.revealed == HIDDEN or not review.typed:
        key = screen.keymap.label(screen.scope, "recall")
        screen.show_message(f"nothing was written to keep: {key} writes down what you recall, before the reveal")
    elif review.is_kept:
        screen.show_message("this line is in the note already")
    else:
        _keep(screen, review.card)


def _keep(screen: ReviewScreen, card: DueCard) -> None:
    screen.session.require_writable()
    review, now = screen.review_session, screen.session.clock()
    line = recall_line(review.typed, review.day(now).isoformat())
    what = "line kept in the note"
    job = StepJob(what, lambda conn: notes.append(conn, card.paper_id, line, now), lambda outcome: outcome.step)
    review.keep(job)

    def failed(error: ReadqError) -> None:
        review.jobs = [each for each in review.jobs if each is not job]
        screen.session.observer.show_error(error)

    screen.session.write(job.do, lambda _: screen.show_message("kept in the note"), failed)


def _ask_more(screen: ReviewScreen) -> None:
    session, review = screen.session, screen.review_session
    moment, choice = review.moment(session.clock()), review.choice._replace(more=MORE)
    due = session.library.read(lambda conn: cards.review_queue(conn, moment, session.config, choice), None)
    if due is None:
        screen.show_message("the library is locked for a moment, try again")
    elif due:
        # The limit of the day may leave room for further cards.
        review.extend(due[:MORE])
        screen.ask_card()
    else:
        screen.show_message(f"nothing more {f'that {choice.query} finds ' if choice.query else ''}is due")


async def _show_history(screen: ReviewScreen) -> None:
    review = screen.review_session
    card, day = review.card, review.day(screen.session.clock())
    if card is None:
        return
    listed = screen.session.library.read(lambda conn: card_list.of_papers(conn, [card.paper_id], day), [])
    found = next((one for one in listed if one.card == card.card), None)
    if found is None:
        screen.show_message("the history cannot be read now")
        return
    blocks = [
        Block(paper_blocks.TITLE, display_text(card.prompt)),
        *card_blocks.history(found, is_hidden=review.revealed == HIDDEN),
    ]
    await screen.app.push_screen(TextScreen(screen.context, "History of the card", blocks))


def _scroll(screen: ReviewScreen, lines: int) -> None:
    screen.scroll_paper(lines)


HANDLERS: Mapping[str, Handler] = {
    "reveal": _reveal,
    "recall": _recall,
    "go_on": _go_on,
    "abstract": _reveal_abstract,
    "history": _show_history,
    **{rating.name.lower(): partial(_rate, rating=rating) for rating in Rating},
    "undo": _undo,
    "priority": _prioritise,
    "more": _keep_or_ask_more,
    "scroll_down": partial(_scroll, lines=1),
    "scroll_up": partial(_scroll, lines=-1),
    **away.HANDLERS,
}
