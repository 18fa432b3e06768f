"""Define the statements that migrate from schema 4 to 5. They add the day under which lists show a paper.

This is the last day on which a feed listed the paper, or the local day on which the paper arrived if no feed listed it.
The paper's rank in the feed on that day is stored, too. Triggers keep day and rank up to date. So a list ordered by day
needs no look-up in the table of sightings, which are the appearances of papers in feeds.
"""

_DAY = "GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"

# Days begin at 4 am, as in readq.days.
_ARRIVAL = "date({added}, 'localtime', '-4 hours')"


def _see_again(paper: str) -> str:
    return f"""
  UPDATE paper SET
    seen = coalesce((SELECT max(day) FROM sighting WHERE paper_id = {paper}), {_ARRIVAL.format(added="added")}),
    seen_rank = (
      SELECT min(rank) FROM sighting
      WHERE paper_id = {paper} AND day = (SELECT max(day) FROM sighting WHERE paper_id = {paper})
    )
  WHERE id = {paper};
"""


STATEMENTS = (
    f"ALTER TABLE paper ADD COLUMN seen TEXT CHECK (seen {_DAY})",  # the day of the newest sighting, else of arrival
    "ALTER TABLE paper ADD COLUMN seen_rank INTEGER CHECK (seen_rank > 0)",  # the best rank on that day
    f"""
UPDATE paper SET
  seen = coalesce((SELECT max(day) FROM sighting WHERE paper_id = paper.id), {_ARRIVAL.format(added="added")}),
  seen_rank = (
    SELECT min(rank) FROM sighting
    WHERE paper_id = paper.id AND day = (SELECT max(day) FROM sighting WHERE paper_id = paper.id)
  )
""",
    "DROP INDEX paper_by_status",
    "CREATE INDEX paper_by_status ON paper (status, seen DESC, seen_rank IS NULL, seen_rank, id, snoozed_until)",
    "CREATE INDEX paper_by_seen ON paper (seen DESC, seen_rank IS NULL, seen_rank, id, status, snoozed_until)",
    # A paper that is inserted with its day is not updated for its first sighting.
    f"""
CREATE TRIGGER paper_arrived AFTER INSERT ON paper WHEN new.seen IS NULL BEGIN
  UPDATE paper SET seen = {_ARRIVAL.format(added="new.added")} WHERE id = new.id;
END
""",
    f"""
CREATE TRIGGER sighting_seen AFTER INSERT ON sighting
WHEN EXISTS (
  SELECT 1 FROM paper WHERE id = new.paper_id AND (seen IS NOT new.day OR seen_rank IS NOT new.rank)
) BEGIN{_see_again("new.paper_id")}END
""",
    f"""
CREATE TRIGGER sighting_reranked AFTER UPDATE OF rank ON sighting
WHEN new.rank IS NOT old.rank BEGIN{_see_again("new.paper_id")}END
""",
    f"""
CREATE TRIGGER sighting_unseen AFTER DELETE ON sighting BEGIN{_see_again("old.paper_id")}END
""",
)
