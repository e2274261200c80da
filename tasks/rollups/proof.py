"""Whether roll-ups and entries say what the tasks say, as the database finds it."""

from collections.abc import Iterator

from django.db import connection

from .meaning import NUMBERS, SPANS, all_by_person, all_by_priority

_SQL = """
WITH counted AS ({rows}), noted AS (
    SELECT organization_id, project_id, day, {key}, {less} FROM counted
    UNION ALL SELECT organization_id, project_id, day, {key}, {numbers} FROM tasks_rollupentry WHERE {key} IS NOT NULL)
SELECT project_id, width, start, {key} FROM (
    SELECT organization_id, project_id, width, start, {key}, {numbers} FROM tasks_rollup WHERE {key} IS NOT NULL
    UNION ALL
    SELECT organization_id, project_id, width, day / width * width, {key}, {numbers}
    FROM noted CROSS JOIN ({spans}) span
) part GROUP BY organization_id, project_id, width, start, {key} HAVING {off} ORDER BY 1, 2, 3, 4
"""


def differences() -> Iterator[tuple[int, int, int, str, int]]:
    """Project, width, start, and the priority or person of every roll-up that is wrong or missing."""
    for kind, key, rows in (
        ("priority", "priority", all_by_priority(connection.vendor)),
        ("user", "user_id", all_by_person(connection.vendor)),
    ):
        sql = _SQL.format(
            rows=rows,
            key=key,
            spans=SPANS,
            numbers=", ".join(NUMBERS),
            less=", ".join(f"-{name} AS {name}" for name in NUMBERS),
            off=" OR ".join(f"SUM({name}) <> 0" for name in NUMBERS),
        )
        with connection.cursor() as cursor:
            cursor.execute(sql)
            for project, width, start, holder in cursor:
                yield project, width, start, kind, holder
