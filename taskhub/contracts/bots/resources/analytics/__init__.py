"""Numbers about the work."""
