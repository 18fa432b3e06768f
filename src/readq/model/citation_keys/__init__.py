"""Make citation keys from the metadata of papers, and check keys that people chose. All functions are pure.

`template` fills a template of keys (see `readq.templates.key_template`) with the data of a paper. `words` finds the
words of names, titles and venues for the key, and `transliteration` writes them in Latin letters. `syntax` checks which
keys BibTeX, LaTeX and biber accept. `suffixes` makes keys unique.
"""
