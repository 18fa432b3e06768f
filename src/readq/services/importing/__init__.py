"""Import papers from files and feeds into a library.

`recognise` reads files. `import_files` imports files as one step of the undo history. `ingest` writes papers from any
source in one transaction. `changes` computes the changes, and `stored_papers` loads and writes the papers. The package
may import `services/dump`, `services/papers`, `services/pdf`, `feeds`, `formats` and `store`. Code that pulls feeds is
in `services/feeds`. Code that sends requests to web services is in `services/enrichment`.
"""
