"""Who is there before the many: the organization that is measured, its people, and two workflows."""

from typing import Any

SLUG, TENANT, PASSWORD = "bench-1", "bench.example.com", "as-fast-as-can-be"
SCOPES = ["task.read", "task.edit", "workflow.read", "workflow.execute"]
PEOPLE = {
    "robot": "manager",  # a system that creates and lists
    "busy": "member",  # has a hundredth of the organization's work, and five teams
    "idle": "member",  # has none
    "worker": "member",  # does what is there to be done
    "mate": "member",  # has the other half of it
}
STEPS = {"steps-10": 10, "steps-1000": 1000}


def spec() -> dict[str, Any]:
    """A provisioning file."""
    return {
        "organizations": [
            {
                "slug": SLUG,
                "name": "Bench",
                "hostname": TENANT,
                "users": [
                    {"username": name, "name": name.title(), "role": role, "password": PASSWORD}
                    for name, role in PEOPLE.items()
                ],
                "projects": [{"slug": "main", "name": "Main"}],
                "api_keys": [{"name": name, "user": name, "scopes": SCOPES} for name in ("robot", "busy", "worker")],
                "workflows": [_workflow(key, count) for key, count in STEPS.items()],
            }
        ]
    }


def _workflow(key: str, count: int) -> dict[str, Any]:
    """So many steps, one after the other, all of them the worker's."""
    assign = {"user": "worker"}
    steps = [{"key": f"s{n}", "name": f"Step {n}", "assign": assign, "next": f"s{n + 1}"} for n in range(count)]
    steps[-1]["next"] = "end"
    return {"key": key, "name": key, "steps": steps}
