"""The demo: an organization with people, teams and some forty tasks that already have a history.

`organization.yaml` is a provisioning file, `story.yaml` what happened; `play.py` lets it happen, by commands only.
"""
