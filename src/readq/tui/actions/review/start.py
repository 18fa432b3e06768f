"""Open a review. If the clock seems to be wrong, first ask the user whether it is right."""

from sqlite3 import Connection

from readq.services.review import cards, clock_check
from readq.services.review.cards import DueCard, ReviewChoice
from readq.store.papers.queries import Counts
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.review.review_screen import ReviewScreen
from readq.tui.state.background.awaited_read import read_and_wait
from readq.tui.state.review.session import ReviewSession
from readq.tui.widgets.prompt_line import Prompt


async def start_review(screen: KeyedScreen, choice: ReviewChoice | None = None) -> None:
    """Open the review screen with the cards that are due today. If no card is due, show a message instead.

    `choice` can restrict the review to the papers of a query, and can add cards that are not due yet. If the computer's
    clock seems to be wrong, first ask the user whether it is right. Raises UsageError if the query cannot be parsed.
    """
    now = screen.session.clock()
    doubt = screen.session.library.read(lambda conn: clock_check.clock_doubt(conn, now), None)
    if doubt is None:
        await _open(screen, choice)
        return

    async def accept(text: str) -> bool:
        if text.strip().casefold() in ("y", "yes"):
            screen.close_prompt()
            await _open(screen, choice)
        return True

    screen.open_prompt(Prompt("is the clock right? yes: ", accept, hint=doubt))


async def _open(screen: KeyedScreen, choice: ReviewChoice | None) -> None:
    session = screen.session
    now, config = session.clock(), session.config

    def read(connection: Connection) -> tuple[list[DueCard], Counts]:
        return cards.review_queue(connection, now, config, choice), session.library.count_views(connection)

    due, counts = await read_and_wait(session.reader, read)
    session.library.put_counts(counts, own=False)
    if due or counts.due:
        await screen.app.push_screen(ReviewScreen(screen.context, ReviewSession(due, config, now, choice=choice)))
    else:
        screen.show_message("nothing is due for review")
