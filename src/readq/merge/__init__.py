"""Merge records of two libraries, or of two papers, by rules that give the same result from both sides. Pure.

`libraries` merges whole libraries, `record_groups` finds the records of one paper, `records` merges them, and
`key_conflicts` assigns keys. Imports `model` and the key functions of `formats.bibtex`. A new rule of merging goes
here, reading and writing records to `store/records`, the folder of a dump to `services/dump`.
"""
