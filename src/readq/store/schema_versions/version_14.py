"""Define the statements that migrate from schema 13 to 14. They change the alias `5` to `#5` if it is a paper's id.

The id of a paper that was merged into another is an alias. In schema 13, a former citation key of digits looked the
same.
"""

_IS_NUMBER = """
key NOT GLOB '*[^0-9]*' AND key NOT GLOB '0*' AND CAST(key AS INTEGER) NOT IN (SELECT id FROM paper)
  AND CAST(key AS INTEGER) <= (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'paper')
"""
"""SQL condition on table `alias`: there was a paper with this id, and there is none now."""

STATEMENTS = (
    f"UPDATE OR IGNORE alias SET key = '#' || key WHERE {_IS_NUMBER}",
    # The undo history names the aliases that merges added.
    "UPDATE OR IGNORE change SET field = 'alias:#' || substr(field, 7)"
    " WHERE field GLOB 'alias:[1-9]*' AND substr(field, 7) NOT GLOB '*[^0-9]*' AND step_id IN"
    " (SELECT step_id FROM change WHERE field GLOB 'merged:*')",
)
