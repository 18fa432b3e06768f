"""Find the citations of a LaTeX document, and the files that it consists of.

`tex_file` reads what an author writes, `aux_file` what LaTeX writes. Both return `DocumentPart`. They get text, and
open no file.
"""
