"""Which files are taken, and how one knows what a file is. No database, no web."""
