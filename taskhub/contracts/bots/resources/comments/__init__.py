"""What is said about a task."""
