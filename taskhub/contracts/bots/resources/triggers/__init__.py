"""Triggers: what a bot says has happened, by its name, so that rules act."""
