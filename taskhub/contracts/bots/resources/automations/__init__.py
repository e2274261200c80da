"""Automation rules: how chat bots let TaskHub make tasks by itself."""
