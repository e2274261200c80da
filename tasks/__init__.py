"""Human work: tasks, the shares people have in them, what happened and who is told. Knows nothing of HTTP or workflows."""
