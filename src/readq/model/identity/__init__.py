"""Decide which records describe the same paper, and give the reasons. Pure functions.

A record is the description of a paper by one source. `evidence` defines the facts by which records are compared.
`comparison` compares two records. `works` groups all records of an import with the papers of the library.
`generic_titles` recognises titles such as `Editorial`. A new rule goes to `comparison`, a new fact to `evidence`. The
package is allowed to import `model/identifiers` and `model/values`.
"""
