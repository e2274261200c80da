"""Human work: tasks, people's shares in them, what happened and who is told. Knows nothing of HTTP or workflows."""
