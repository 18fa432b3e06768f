"""Import papers from files and feeds into a library.

`recognise` reads files, `import_files` imports them as a step, `ingest` writes papers of any source in one transaction,
with the changes that `changes` computes and `stored_papers` loads and writes. Imports `services/dump`, `papers`,
`pdf`, and `feeds`, `formats`, `store` below. Sources that are pulled or asked are in `services/feeds` and
`enrichment`.
"""
