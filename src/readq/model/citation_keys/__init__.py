"""Make citation keys from the metadata of papers, and check keys that people chose. Pure functions.

`template` makes the key of a paper in a given form (see `readq.key_template`). `words` finds the words of names, titles
and venues for the key, and `transliteration` writes them in Latin letters. `syntax` tells which keys LaTeX accepts.
`suffixes` makes keys unique.
"""
