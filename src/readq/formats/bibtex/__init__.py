"""BibTeX and BibLaTeX: read .bib files, write them, make citation keys.

`reader` builds papers from the entries of `entry_parser`, with `inheritance` and the parsers of single fields. `writer`
writes entries, with `imported_entry` for papers that came from a .bib file. May import `latex`, `model` and `text`. A
new file is for one kind of field, or one step of reading or writing.
"""
