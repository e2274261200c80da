"""What people change about themselves. Everything else about a person is an administrator's."""

from accounts.access import forget
from accounts.models import User


def change_profile(*, user: User, name: str, timezone: str, theme: str, shortcuts: bool) -> User:
    """Set how somebody is called and how pages look to them. The values are checked as the model says."""
    user.name, user.timezone, user.theme, user.shortcuts = name, timezone, theme, shortcuts
    user.clean_fields(exclude={"username", "email", "password", "avatar_url"})
    user.save(update_fields=["name", "timezone", "theme", "shortcuts"])
    forget()
    return user
