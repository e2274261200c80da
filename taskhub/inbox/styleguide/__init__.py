"""Every component of the pages with sample data on one page, to be looked at when the design changes."""
