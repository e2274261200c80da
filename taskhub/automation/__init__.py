"""The staff pages of automation rules: list, builder, dry run, run log.

A door like `taskhub.inbox`, whose frame and forms it uses: it reads through `workflows.automation`, acts through
`workflows.commands`, and holds no business rule.
"""
