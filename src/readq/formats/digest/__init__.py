"""Write a digest, which has the new papers, the queue and the reviews of a day.

The formats are text, Markdown, HTML, one line and a mail.
"""
