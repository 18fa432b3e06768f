"""Feeds of Hugging Face Papers: Daily Papers, trending papers and searches.

`sources` requests the JSON API and `json_api` parses the responses. The modules `page…` parse saved copies of the web
page in HTML, Markdown or plain text. The package may import what `feeds` may import, but not `feeds.arxiv`.
"""
