"""The staff pages: inbox, task, create, notifications, settings. They read through queries and act through commands.

The last door into the core, beside the wire contracts: no business rule lives here. Only the pages of workflows
(`taskhub.processes`) import this package, for its frame and its forms.
"""
