"""Change single entries of a .bib file that other people and programs write too, and leave every other byte.

`blocks` finds the entries in the bytes of a file. `revision` decides entry by entry what changes, and makes the new
bytes. `faults` looks a file over for what BibTeX or biber would stumble on. They open no file.
"""
