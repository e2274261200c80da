"""The staff pages of workflows: `definitions` shows and edits process models, `instances` shows and moves the runs.

A door like `taskhub.inbox`, whose frame and forms it uses: it reads through `workflows.catalog`, `workflows.queries`,
acts through `workflows.commands`, and holds no business rule.
"""
