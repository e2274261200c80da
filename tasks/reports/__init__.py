"""Forwards reports to the systems that projects name: at least once, each with an id by which once is enough."""
