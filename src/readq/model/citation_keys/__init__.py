"""Make citation keys from the metadata of papers, and check keys that people chose. Pure functions.

`template` makes a key of a form (`readq.key_template`) and a paper, from the `words` of names and titles, which
`transliteration` writes in Latin letters. `syntax` knows which keys LaTeX accepts. `suffixes` makes keys unique.
"""
