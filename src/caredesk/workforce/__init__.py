"""The people who work: practitioners, ours and those outside whom imported visits name."""
