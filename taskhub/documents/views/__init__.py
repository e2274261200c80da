"""The views, one file each for what a person does."""
