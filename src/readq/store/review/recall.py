"""Find cards that were answered but never remembered."""

import json
import sqlite3
from collections.abc import Sequence


def never_recalled(connection: sqlite3.Connection, card_ids: Sequence[int]) -> list[int]:
    """Return the ids among `card_ids` of the cards whose answers are all `again`, in ascending order.

    Cards without answers are left out.
    """
    rows = connection.execute(
        "SELECT card_id FROM review WHERE undone = 0 AND kind = 'answer'"
        " AND card_id IN (SELECT value FROM json_each(?)) GROUP BY card_id HAVING max(rating) = 1 ORDER BY card_id",
        (json.dumps(list(card_ids)),),
    )
    return [row[0] for row in rows]
