"""Import papers from files and feeds into a library.

`recognise` reads files. `import_files` imports files as one step, a journal entry that undo can reverse. `ingest`
writes papers from any source in one transaction. `changes` computes the changes, and `stored_papers` loads and writes
the papers. The package may import `services/dump`, `services/papers`, `services/pdf`, `feeds`, `formats` and `store`.
Code that fetches from feeds is in `services/feeds`. Code that asks registries is in `services/enrichment`.
"""
