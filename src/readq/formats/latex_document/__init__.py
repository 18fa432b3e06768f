"""Find the citations in a LaTeX document, and the files of which it consists.

`tex_file` reads .tex files, which an author writes. `aux_file` reads .aux files, which LaTeX writes. Both take the text
of a file, and return a `DocumentPart`. They open no files.
"""
