"""What the store knows about notes beyond their texts: their Markdown files, and the links between them."""
