"""Change single entries of a .bib file that other people and programs edit too, and keep every other byte.

`content` gives the bytes of a file in parts. `blocks` finds the entries in them. `block_list` and `key_list` hold many
entries in little memory. `entry_search` finds a few entries by their keys. `soundness` refuses files that cannot be
divided into entries. `revision` decides for each entry whether it changes, and `splice` makes the new bytes. `faults`
finds the faults in a file at which BibTeX or biber would fail. The modules open no files.
"""
