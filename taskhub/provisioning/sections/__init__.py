"""The sections of an organization, one module each, in the order in which they are applied."""

from . import api_keys, categories, projects, rules, teams, templates, users, workflows
from .section import Context, Section

__all__ = ["SECTIONS", "Context", "Section"]

SECTIONS: tuple[Section, ...] = (
    users.SECTION,
    teams.SECTION,
    projects.SECTION,
    api_keys.SECTION,
    categories.SECTION,
    workflows.SECTION,
    templates.SECTION,
    rules.SECTION,
)
