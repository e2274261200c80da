"""Querysets that are compiled once: the same rows as ever, for each value and in each thread."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.test.utils import CaptureQueriesContext

from accounts.access import visible_projects
from accounts.actor import Actor
from accounts.models import Membership, Organization, Project, User
from accounts.prepared import prepared
from conftest import Cast


@prepared
def projects_of(organization_id: int, uuid: UUID) -> QuerySet[Project]:
    return Project.objects.filter(organization_id=organization_id, uuid=uuid).select_related("organization")


@prepared
def names_since(moment: datetime, *, active: bool) -> QuerySet[User, str]:
    return User.objects.filter(created_at__gte=moment, is_active=active).order_by("id").values_list("name", flat=True)


def test_each_call_has_its_own_values(cast: Cast) -> None:
    for project in (cast.project, cast.vault):
        [found] = projects_of(cast.acme.pk, project.uuid)
        assert (found.pk, found.uuid, found.visibility) == (project.pk, project.uuid, project.visibility)
        assert found.created_at == Project.objects.get(pk=project.pk).created_at
    assert projects_of(cast.globex.pk, cast.project.uuid) == []
    assert projects_of(cast.acme.pk, uuid4()) == []


def test_related_rows_come_along_in_one_query(
    cast: Cast, counted: Callable[[int], AbstractContextManager[None]]
) -> None:
    with counted(1):
        [found] = projects_of(cast.acme.pk, cast.project.uuid)
        assert found.organization.name == "Acme Bank"


def test_words_are_part_of_the_shape_and_values_are_not(cast: Cast) -> None:
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime.now(UTC) + timedelta(days=1)
    User.objects.filter(pk=cast.dan.pk).update(is_active=False)
    assert names_since(past, active=True) == ["Ana Diaz", "Bo Berg", "Cleo Stone"]
    assert names_since(past, active=False) == ["Dan Novak"]
    assert names_since(future, active=True) == []


def test_the_builder_is_called_once_for_each_shape(cast: Cast) -> None:
    built: list[bool] = []

    @prepared
    def members(organization_id: int, *, newest: bool) -> QuerySet[Membership]:
        built.append(newest)
        return Membership.objects.filter(organization_id=organization_id).order_by("-id" if newest else "id")

    first = [row.pk for row in members(cast.acme.pk, newest=False)]
    assert [row.pk for row in members(cast.acme.pk, newest=True)] == first[::-1]
    assert len(members(cast.globex.pk, newest=False)) == 1
    assert built == [False, True]


def test_the_database_is_asked_the_same_as_without(cast: Cast) -> None:
    with CaptureQueriesContext(connection) as asked:
        projects_of(cast.acme.pk, cast.project.uuid)
        list(
            Project.objects.filter(organization_id=cast.acme.pk, uuid=cast.project.uuid).select_related("organization")
        )
    ours, usual = (query["sql"] for query in asked)
    assert ours == usual


@prepared
def users(ids: list[int], names: tuple[str, ...], given: Mapping[str, Any], *, order: str) -> QuerySet[User, Any]:
    """Of some ids, or with one of these names."""
    wanted = Q(pk__in=ids) | Q(name__in=names)
    rows = User.objects.filter(wanted, **given).order_by(order)
    return rows.values("username", "uuid", first=Q(pk__in=ids))


def test_tuples_lists_and_mappings_of_any_length(cast: Cast) -> None:
    def names(*values: Any) -> list[str]:
        return [row["username"] for row in users(*values, order="id")]

    everybody = [user.pk for user in (cast.ana, cast.bo, cast.cleo)]
    assert names(everybody, (), {}) == ["ana", "bo", "cleo"]
    assert names(everybody[:1], (), {}) == ["ana"]
    assert names([], (), {}) == []
    assert names([], ("Bo Berg",), {}) == ["bo"]
    assert names([], ("Bo Berg", "Cleo Stone"), {}) == ["bo", "cleo"]
    assert names([], ("Cleo Stone", "Ana Diaz"), {}) == ["ana", "cleo"]
    assert names(everybody, (), {"uuid": cast.bo.uuid}) == ["bo"]
    assert names(everybody, (), {"is_active": False}) == []
    assert names(everybody, (), {"is_active": True, "name": "Ana Diaz"}) == ["ana"]


def test_rows_of_values_are_as_without(cast: Cast) -> None:
    [row] = users([cast.ana.pk], (), {}, order="-id")
    assert row == {"username": "ana", "uuid": cast.ana.uuid, "first": True}


def test_a_part_of_the_rows(cast: Cast) -> None:
    everybody = [user.pk for user in (cast.ana, cast.bo, cast.cleo)]
    page = users.part(slice(1, 3), everybody, (), {}, order="id")
    assert [row["username"] for row in page] == ["bo", "cleo"]
    assert [row["username"] for row in users.part(slice(1), everybody, (), {}, order="-id")] == ["cleo"]


@prepared
def nobody(names: tuple[str, ...]) -> QuerySet[User]:
    return User.objects.filter(name__in=names)


def test_what_can_have_no_rows_asks_nothing(cast: Cast, counted: Callable[[int], AbstractContextManager[None]]) -> None:
    with counted(0):
        assert nobody(()) == []
        assert nobody(()) == []
    assert [user.pk for user in nobody(("Bo Berg",))] == [cast.bo.pk]


@prepared
def seen_by(actor: Actor) -> QuerySet[Project, str]:
    return visible_projects(actor).order_by("slug").values_list("slug", flat=True)


def test_an_actor_is_told_by_role_and_teams_and_found_by_the_rest(cast: Cast, actor_of: Callable[..., Actor]) -> None:
    for user in (cast.ana, cast.bo, cast.cleo, cast.ana):
        actor = actor_of(user)
        assert seen_by(actor) == [project.slug for project in visible_projects(actor).order_by("slug")]


@pytest.mark.django_db(transaction=True)
def test_threads_have_connections_of_their_own() -> None:
    organization = Organization.objects.create(slug="acme", name="Acme")
    project = Project.objects.create(organization=organization, slug="one", name="One")
    assert len(projects_of(organization.pk, project.uuid)) == 1

    def ask(_: int) -> int:
        try:
            return projects_of(organization.pk, project.uuid)[0].pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(ask, range(16))) == {project.pk}
