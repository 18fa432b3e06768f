"""Which records are one paper: pure functions on evidence, with reasons.

`comparison` decides on two records, `works` on a whole import, by the `evidence` of each; `generic_titles` is a table.
May import identifiers and values. A new rule goes to `comparison`, what it compares to `evidence`.
"""
