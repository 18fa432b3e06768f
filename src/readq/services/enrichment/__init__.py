"""Complete papers with metadata from arXiv, Crossref, OpenAlex and Semantic Scholar, and add single papers by a REF.

`enrich` and `add` are called by the commands. `batch_lookup` and `title_search` send requests and write nothing;
`update` writes what was found. May import registries, feeds, importing and store; not services/feeds, which is handed
`enrich.queued_completion` by its caller.
"""
