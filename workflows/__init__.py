"""Processes: definitions, instances and the engine that moves them. Stands on `tasks`; `tasks` knows nothing of it."""
