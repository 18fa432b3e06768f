"""Define the statement that migrates from schema 8 to 9.

It adds a table for the merged commits of a shared repository.
"""

STATEMENTS = (
    """
CREATE TABLE shared (                             -- one row, or none: the library was never shared
  one INTEGER PRIMARY KEY CHECK (one = 1),
  commits TEXT NOT NULL CHECK (length(commits) > 0)  -- hexadecimal names of git commits, separated by spaces
) STRICT
""",
)
