"""Write a digest: the new papers, the papers queued for reading, and the reviews of a day.

The formats are text, Markdown, HTML, one line and a mail.
"""
