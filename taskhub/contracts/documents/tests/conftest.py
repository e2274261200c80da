"""A project as the documents contract addresses it."""

import pytest

from accounts.models import Organization, Project


@pytest.fixture
def base(acme: Organization, project: Project) -> str:
    """Where the tasks and uploads of the project are."""
    return f"/v2/{acme.uuid}/project/{project.uuid}"
