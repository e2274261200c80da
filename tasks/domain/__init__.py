"""The rules of human work as pure functions: no Django, no clock, no random ids."""
