"""Reads the document of a definition, part by part, and notes every fault by its path. Judges no part by another."""
