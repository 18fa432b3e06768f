"""Merge two libraries that have a common past, the base. A value that only one side changed is taken from that side.

`works` finds the records of each work. `libraries` merges papers, feeds and views. `papers` merges the records of one
paper, `cards` its review cards, `note_text` its note, `values` single values and sets. Swapping the two sides does not
change a result. If both sides changed a value, the rules of the module `readq.merge.libraries` decide. That module
merges libraries without a base. All functions are pure.
"""
