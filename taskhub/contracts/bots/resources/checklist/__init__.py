"""The points of a task."""
