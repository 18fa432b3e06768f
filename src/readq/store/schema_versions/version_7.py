"""Define the statements that migrate from schema 6 to 7. They add:

- a table for the parameters of the scheduler
- columns of the table `review`: the kind of row, the prompt, the text that the user typed, the time that the answer
  took, the review session and the scheduler's parameters
- columns of the table `card`: the day on which the user retired the card, and the day on which the question left the
  note

The statements also count the lapses of all cards by a new rule. By this rule, a card lapses on a day if it is rated
`again` on that day, and its last rating on an earlier day was better.
"""

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"

_LAPSED = """(r.rating = 1
  AND NOT EXISTS (SELECT 1 FROM review o WHERE o.card_id = r.card_id AND o.undone = 0 AND o.id < r.id
    AND o.day >= r.day AND o.rating = 1)
  AND coalesce((SELECT o.rating > 1 FROM review o WHERE o.card_id = r.card_id AND o.undone = 0 AND o.id < r.id
    AND o.day < r.day ORDER BY o.id DESC LIMIT 1), 0))"""

STATEMENTS = (
    """
CREATE TABLE params (                             -- parameters of the scheduler; row 1 has the defaults of FSRS-6
  id INTEGER PRIMARY KEY,
  algorithm TEXT NOT NULL CHECK (length(algorithm) > 0),
  weights TEXT NOT NULL CHECK (json_valid(weights))  -- a JSON array of numbers
) STRICT
""",
    "INSERT INTO params (id, algorithm, weights) VALUES (1, 'fsrs-6', '[0.212,1.2931,2.3065,8.2956,6.4133,0.8334,"
    "3.0194,0.001,1.8722,0.1666,0.796,1.4835,0.0614,0.2629,1.6483,0.6014,1.8729,0.5425,0.0912,0.0658,0.1542]')",
    # read: the paper was read to the end. It counts as a first, good encounter, and is no answer.
    "ALTER TABLE review ADD COLUMN kind TEXT NOT NULL DEFAULT 'answer' CHECK (kind IN ('answer', 'read'))",
    "ALTER TABLE review ADD COLUMN prompt TEXT",  # claim, how, limit or use, or the question as it was asked
    "ALTER TABLE review ADD COLUMN recalled TEXT",  # as the reader typed it before the reveal
    "ALTER TABLE review ADD COLUMN taken_ms INTEGER CHECK (taken_ms >= 0)",
    "ALTER TABLE review ADD COLUMN sitting INTEGER",  # the begin of the review session, in milliseconds since 1970
    # No reference: a row under unknown parameters is named by the check, and never deleted as an orphan.
    "ALTER TABLE review ADD COLUMN params_id INTEGER NOT NULL DEFAULT 1",
    f"ALTER TABLE card ADD COLUMN retired TEXT CHECK (retired {_DAY})",  # learnt, or let go; such a card is suspended
    f"ALTER TABLE card ADD COLUMN orphaned TEXT CHECK (orphaned {_DAY})",  # the day on which its text left the note
    "CREATE TEMP TABLE lapse (id INTEGER PRIMARY KEY, card_id INTEGER, in_force INTEGER)",
    f"INSERT INTO temp.lapse SELECT r.id, r.card_id, r.undone = 0 FROM review r WHERE {_LAPSED}",
    "CREATE INDEX temp.lapse_of_card ON lapse (card_id, id)",
    """
UPDATE review SET lapses_before = (
  SELECT count(*) FROM temp.lapse l WHERE l.card_id = review.card_id AND l.id < review.id AND l.in_force
)
""",
    "UPDATE card SET lapses = (SELECT count(*) FROM temp.lapse l WHERE l.card_id = card.id AND l.in_force)",
    "DROP TABLE temp.lapse",
)
