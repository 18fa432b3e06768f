"""Define the statements that migrate from schema 10 to 11. They add the indexes for finding the cards to ask on a day.

Without these indexes, opening a review reads every due card. With them, the time to open a review does not grow with
the number of due cards.
"""

STATEMENTS = (
    "DROP INDEX card_due",
    # With the other columns that the count of due cards needs, so that no row is read for it.
    "CREATE INDEX card_due ON card (due, id, paper_id, buried_until, orphaned) WHERE suspended = 0",
    "CREATE INDEX card_new ON card (due, id) WHERE suspended = 0 AND orphaned IS NULL AND reps = 0",
    "CREATE INDEX card_known ON card (due, id) WHERE suspended = 0 AND orphaned IS NULL AND reps > 0",
    "CREATE INDEX card_prioritised ON card (due, id) WHERE priority > 0",
    "CREATE INDEX card_answered ON card (last_day) WHERE reps > 0",
)
