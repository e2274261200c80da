"""Running BASIC scripts."""
