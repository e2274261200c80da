"""Admin pages of organizations, people, rights and credentials. Forms ask, commands do."""

from . import credentials, organizations, people

__all__ = ["credentials", "organizations", "people"]
