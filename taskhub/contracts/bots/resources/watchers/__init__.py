"""Who is told what happens to a task."""
