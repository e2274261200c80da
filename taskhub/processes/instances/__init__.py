"""Pages of instances: list, one instance, and what can be done with it."""
