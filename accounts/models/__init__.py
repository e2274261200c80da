"""Tables of who everything belongs to and who acts."""

from .credentials import ApiKey, RefreshToken, TokenFamily
from .organization import Membership, Organization, Project, ProjectTeamGrant, ProjectUserGrant, Team
from .rate import RateHit
from .user import User

__all__ = [
    "ApiKey",
    "Membership",
    "Organization",
    "Project",
    "ProjectTeamGrant",
    "ProjectUserGrant",
    "RateHit",
    "RefreshToken",
    "Team",
    "TokenFamily",
    "User",
]
