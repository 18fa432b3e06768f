"""Count lapses.

A lapse is a day on which the user forgot a card that the user knew before. The user knew the card before if the
last answer on an earlier day is better than `again`. `readq.review.same_day` explains the rule.
"""

import json
import sqlite3
from collections.abc import Sequence

LAPSED = """(r.rating = 1
  AND NOT EXISTS (SELECT 1 FROM review o WHERE o.card_id = r.card_id AND o.undone = 0 AND o.id < r.id
    AND o.day >= r.day AND o.rating = 1)
  AND coalesce((SELECT o.rating > 1 FROM review o WHERE o.card_id = r.card_id AND o.undone = 0 AND o.kind = 'answer'
    AND o.id < r.id AND o.day < r.day ORDER BY o.id DESC LIMIT 1), 0))"""
"""SQL expression that is 1 if the answer `r` of table `review` is a lapse, else 0."""


def count_again(connection: sqlite3.Connection, papers: Sequence[int]) -> None:
    """Count the lapses of all cards of `papers` (paper ids) again, from the log of answers.

    Undone answers do not count. This is needed after a snapshot from an older schema was restored, because older
    schemas counted lapses by another rule.
    """
    bound = {"papers": json.dumps(list(papers))}
    own = "SELECT id FROM card WHERE paper_id IN (SELECT value FROM json_each(:papers))"
    before = "r.card_id = review.card_id AND r.id < review.id"
    connection.execute(
        f"UPDATE review SET lapses_before = (SELECT count(*) FROM review r WHERE {before} AND r.undone = 0"
        f" AND {LAPSED}) WHERE undone = 0 AND card_id IN ({own})",
        bound,
    )
    connection.execute(
        "UPDATE card SET lapses = (SELECT count(*) FROM review r WHERE r.card_id = card.id AND r.undone = 0"
        f" AND {LAPSED}) WHERE id IN ({own})",
        bound,
    )
