"""Merge two libraries that have a common past, the base. What one side alone changed is taken from that side. Pure.

`libraries` finds what belongs together and merges whole papers, feeds and views. `papers` merges the records of one
paper, `cards` its review cards, `note_text` its note, `values` single values and sets. Swapping the two sides does not
change a result. Without a base, `readq.merge.libraries` merges; its rules also decide between two changes of one value.
"""
