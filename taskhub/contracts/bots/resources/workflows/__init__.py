"""Workflows: posted whole and started at once, followed, and stopped. Any instance that one may see is shown."""
