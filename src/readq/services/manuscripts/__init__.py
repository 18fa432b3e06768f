"""Help with a LaTeX document that the user is writing: find the papers that it cites, and update its .bib files.

`cited_papers` finds the cited papers. `bib_update` updates the entries of readq in a .bib file that other people edit
too. `fresh_entries` makes the entries, and `target_file` opens and replaces the file. `kept_files` updates files after
changes of the library. `citing_lines` finds the lines that cite a paper. The package may import services/citing and
services/papers, the store, formats and merge.
"""
