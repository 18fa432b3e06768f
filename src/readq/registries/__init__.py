"""Look up single papers at Crossref, DataCite, OpenAlex, Semantic Scholar, doi.org, and on web pages with meta tags.

Each registry has a module that sends requests to it and parses the responses into `FetchedPaper`s. `reference_lookup`
chooses the registry for an identifier, `title_match` decides whether a search result is the wanted paper.
May import feeds (arXiv's API client), net and model, never store. A new registry is a new module here.
"""
