"""Live beside a paper in writing: what a LaTeX document cites, and the .bib files that it takes its references from.

`document` reads the citations of a document, `cited_papers` finds their papers. `bib_update` renews a .bib file that
other people write too. `kept_files` renews files after changes of the library. `citing_lines` finds the lines that cite
a paper. The package may import services/citing and services/papers, the store, formats and merge.
"""
