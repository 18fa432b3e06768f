"""Values, and pure functions on them: papers, records, metadata, identifiers, identity.

Imports `readq.text` and the standard library only; reads and writes nothing, and never asks the clock. The fields of a
paper are defined in `paper_fields`. A new value or rule whose test needs no file goes here, unless it is about merging
(`merge`), review (`review`) or ranking.

`values` is imported by every command, so it must not import `dataclasses`, which takes 5 ms.
"""
