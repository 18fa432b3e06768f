"""Look up single papers at Crossref, DataCite, OpenAlex, Semantic Scholar, doi.org, and on web pages with meta tags.

A module for each registry sends its requests and parses its responses into `FetchedPaper`s. `reference_lookup` chooses
the registry for an identifier, `title_match` decides whether a search result is the paper that was searched for.
May import feeds (arXiv's API client), net and model, never store. A new registry is a new module here.
"""
