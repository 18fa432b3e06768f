"""Change single entries of a .bib file that other people and programs edit too, and keep every other byte.

`blocks` finds the entries in the bytes of a file. `revision` decides for each entry whether it changes, and makes the
new bytes. `faults` finds the faults in a file at which BibTeX or biber would fail. The modules open no files.
"""
