"""Tables of who everything belongs to and who acts."""

from .credentials import ApiKey, RefreshToken, TokenFamily
from .organization import Membership, Organization, Project, ProjectTeamGrant, ProjectUserGrant, Team
from .user import User

__all__ = [
    "ApiKey",
    "Membership",
    "Organization",
    "Project",
    "ProjectTeamGrant",
    "ProjectUserGrant",
    "RefreshToken",
    "Team",
    "TokenFamily",
    "User",
]
