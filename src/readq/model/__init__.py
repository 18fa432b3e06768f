"""Immutable values, and pure functions on them: papers, records, metadata, identifiers, identity of papers.

The package may import only `readq.text` and the standard library. It does no I/O and never reads the clock. The package
`fields` defines the fields of a paper. A new value or rule goes here if its test needs no file, unless it is
about merging (`merge`), review (`review`) or ranking (`ranking`).

Every command imports `values`. So `values` must not import `dataclasses`, because that import takes 5 ms.
"""
