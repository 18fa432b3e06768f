"""The text of the review screen when all cards are answered."""

from collections.abc import Mapping, Sequence

from readq.review.queue import DayCount, backlog_text
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block

MORE = 5
"""Number of cards beyond the daily limit that the action `more` adds to the review."""


def end_blocks(texts: Sequence[str], count: DayCount, a_day: int, keys: Mapping[str, str]) -> list[Block]:
    """Return the text blocks for the end of a review: a summary, the number of waiting cards, and the next due day.

    - `texts`: a summary of the ratings, and a line about the next due day; each can be ""
    - `count`: the number of cards still to ask today, and the number of all due cards
    - `a_day`: the largest number of cards that a review asks on one day
    - `keys`: maps the actions `more`, `backlog` and `back` to their keys; a key without effect is replaced by ""
    """
    done, coming = texts
    blocks = [Block(paper_blocks.TITLE, "Done for now." if done else "Today's cards are done.")]
    if done:
        blocks.append(Block(paper_blocks.BODY, done))
    if waiting := backlog_text(count.due - count.today, a_day):
        more = f" {keys['more']} asks {MORE} more." if keys["more"] else ""
        backlog = f" {keys['backlog']} says what to do with a backlog." if keys["backlog"] else ""
        blocks.append(Block(paper_blocks.BODY, f"{waiting}.{more}{backlog}"))
    if count.today:
        blocks.append(Block(paper_blocks.BODY, f"Still to ask today: {count.today:,} of {count.due:,} due."))
    if coming:
        blocks.append(Block(paper_blocks.BODY, coming))
    return [*blocks, Block(paper_blocks.HINT, f"Every rating is saved. {keys['back']} goes back to the list.")]
