"""The staff pages: inbox, task, create, notifications, settings. They read through queries and act through commands.

The last door into the core, beside the wire contracts: no business rule lives here, and nothing imports this package.
"""
