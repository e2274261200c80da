"""Every component of the pages with sample data, on one page for staff: what is looked at and tested when the design changes."""
