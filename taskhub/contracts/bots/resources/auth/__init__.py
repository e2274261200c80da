"""Signing in with a username and a password."""
