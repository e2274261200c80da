"""Automation rules at work. The rules as values are in `workflows.rules`, changes of them in `workflows.commands`.

    event (outbox), trigger (row), slot (clock) -> `planning`: which rules it sets off -> RuleRun rows
    RuleRun owed -> `running`: who acts, how deep -> `doing`: the actions, committed together with the run's result

What is owed stands in rows, so any number of workers may look at any time, and each run is done once.
"""
