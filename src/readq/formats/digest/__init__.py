"""Write a digest: the new papers, the queue and the reviews of a day, as text, Markdown, HTML, one line or a mail."""
