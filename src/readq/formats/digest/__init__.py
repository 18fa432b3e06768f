"""Write a digest, which is a day's news of papers, queue and reviews: as text, Markdown, HTML, one line or a mail."""
