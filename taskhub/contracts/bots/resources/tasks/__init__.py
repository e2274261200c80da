"""The tasks themselves."""
