"""Verify bibliographies: do the works exist, are they unretracted, and are they as the entries say?

`verify` asks the registries, in batches and with answers kept for days. `entries` are what is verified: papers of the
library, or the entries of a .bib file. `soundness` looks a .bib file over without asking anybody. The package may
import registries, the store and formats.
"""
