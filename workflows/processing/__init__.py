"""Automatic work on documents: what processors are, who runs them, and the leases of those that run elsewhere."""
