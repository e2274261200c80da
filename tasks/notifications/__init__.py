"""Telling people: `plan` turns events into deliveries, `send` hands deliveries to channels."""
