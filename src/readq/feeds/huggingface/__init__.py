"""Feeds of Hugging Face Papers: Daily Papers, trending papers and searches.

`sources` requests the JSON API and `json_api` parses the responses. The `page*` modules parse saved copies of the web
page, as HTML, Markdown or plain text. May import what the parent package may, but not arxiv.
"""
