"""BibTeX and BibLaTeX: read .bib files, write them, make citation keys.

`reader` builds papers from `entry_parser`, `inheritance` and the parsers of single fields; `writer` writes new entries
and, by `imported_entry`, those that came from a .bib file. May import `latex`, `model` and `text`. A new file here is
one kind of field, or one step of reading or writing.
"""
