"""Immutable values, and pure functions on them: papers, records, metadata, identifiers, identity.

The package may import only `readq.text` and the standard library. It reads and writes nothing, and never asks the
clock. The fields of a paper are defined in `paper_fields`. A new value or rule goes here if its test needs no file,
unless it is about merging (`merge`), review (`review`) or ranking.

Every command imports `values`. So `values` must not import `dataclasses`, which takes 5 ms.
"""
