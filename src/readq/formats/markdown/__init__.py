"""Write and read Markdown: lists of papers, and notes with front matter and links.

The package may import the same packages as `formats`.
"""
