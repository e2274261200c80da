"""The time that went into a task."""
