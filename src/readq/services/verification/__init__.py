"""Verify bibliographies: check that the works exist, are not retracted, and agree with the entries.

`verify` asks the registries (web services such as Crossref and arXiv), in batches. `answers` caches their answers for
some days. `entries` reads the entries to verify, from the library or a .bib file. `soundness` checks a .bib file
without network access. The package may import registries, the store and formats.
"""
