"""The pages of task templates: the list, writing one, and making a task from one with its variables as fields."""
