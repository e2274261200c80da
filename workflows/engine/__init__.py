"""The workflow engine: definitions, and what becomes of an instance with each event. Pure: no Django, no clock, no ids.

    definition = parse(document)
    state, intents = advance(definition, State(), Start(by="ana"), now, ids)

How to write definitions: docs/workflows.md. What joins and ends mean: docs/adr/0060 and following.
"""
