"""What the review screen shows when all cards are answered."""

from collections.abc import Mapping, Sequence

from readq.review.queue import DayCount, backlog_text
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block

MORE = 5
"""Number of cards that `+` asks beyond the daily limit."""


def end_blocks(texts: Sequence[str], count: DayCount, a_day: int, keys: Mapping[str, str]) -> list[Block]:
    """Return the blocks for the end of a review: what was done, the cards that wait, and what comes next.

    `texts` has what was done, "" if nothing was to do, and what comes next. `count` is the count of the day, `a_day`
    the daily limit. `keys` are the keys for more cards, for a backlog, and for the list, by the names of the actions:
    "" for a key that is not set or does nothing now.
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
        blocks.append(Block(paper_blocks.BODY, f"Still to ask {count}."))
    if coming:
        blocks.append(Block(paper_blocks.BODY, coming))
    return [*blocks, Block(paper_blocks.HINT, f"Every rating is saved. {keys['back']} goes back to the list.")]
