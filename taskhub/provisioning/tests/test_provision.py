"""The provisioning file: declarative, idempotent, all or nothing, every fault by its path."""

import io
import json
from typing import Any
from uuid import UUID

import pytest
import yaml
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts.actor import Role
from accounts.credentials import authenticate_bearer
from accounts.errors import InvalidCredential
from accounts.models import ApiKey, Membership, Organization, Project, Team, User
from accounts.sealing import unseal
from taskhub.provisioning.apply import provision
from taskhub.provisioning.faults import Faulty
from tasks.models import Category

pytestmark = pytest.mark.django_db

FILE = """
organizations:
  - slug: acme
    name: Acme Bank
    hostname: Acme.example.com
    timezone: Europe/Berlin
    users:
      - {username: ana, name: Ana Diaz, email: ana@acme.example.com, role: admin, password: "correct horse"}
      - {id: 0192d7c1-0000-7000-8000-000000000001, username: bo, timezone: Asia/Kolkata}
    teams:      [{slug: sales, name: Sales Team, members: [ana]}]
    projects:
      - {id: 0192d7c1-0000-7000-8000-000000000002, slug: dorfman-ag, name: Dorfman AG}
      - {slug: vault, name: Vault, visibility: private}
    api_keys:   [{name: robot, user: ana, scopes: [task.read, task.edit]}]
    categories: [{slug: sign, title: Sign Document, icon: signature}]
"""


def changed(change: Any) -> str:
    """FILE after `change` was made to its one organization."""
    document = yaml.safe_load(FILE)
    change(document["organizations"][0])
    return yaml.safe_dump(document)


def snapshot() -> dict[str, list[Any]]:
    """Every row of accounts and of categories, without what time alone changes."""
    models = [*apps.get_app_config("accounts").get_models(), Category]
    return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}


def faults_of(text: str) -> list[str]:
    before = snapshot()
    with pytest.raises(Faulty) as refused:
        provision(text)
    assert snapshot() == before
    return str(refused.value).splitlines()


def test_a_file_makes_what_it_names() -> None:
    provision(FILE)
    acme = Organization.objects.get(slug="acme")
    assert (acme.name, acme.hostname, acme.timezone) == ("Acme Bank", "acme.example.com", "Europe/Berlin")
    roles = Membership.objects.values_list("user__username", "role")
    assert dict(roles) == {"ana": Role.ADMIN, "bo": Role.MEMBER}
    assert User.objects.get(username="ana").check_password("correct horse")
    assert not User.objects.get(username="bo").has_usable_password()
    assert [user.username for user in Team.objects.get(slug="sales").user_set.all()] == ["ana"]
    assert list(Project.objects.order_by("slug").values_list("slug", "visibility", "is_default")) == [
        ("dorfman-ag", "organization", True),
        ("vault", "private", False),
    ]
    assert list(acme.categories.values_list("slug", "title", "icon")) == [("sign", "Sign Document", "signature")]


def test_the_answer_names_ids_numbers_and_new_secrets() -> None:
    answer = provision(FILE)["organizations"]["acme"]
    acme = Organization.objects.get()
    assert (UUID(answer["id"]), answer["number"]) == (acme.uuid, str(acme.pk))
    assert answer["users"]["bo"] == {
        "id": "0192d7c1-0000-7000-8000-000000000001",
        "number": str(User.objects.get(username="bo").pk),
    }
    assert answer["projects"]["dorfman-ag"]["id"] == "0192d7c1-0000-7000-8000-000000000002"
    assert answer["teams"]["sales"]["number"] == str(Team.objects.get().pk)
    assert authenticate_bearer(answer["api_keys"]["robot"]).username == "ana"


def test_the_same_file_again_changes_nothing_and_shows_no_secret() -> None:
    first = provision(FILE)
    before = snapshot()
    again = provision(FILE)
    assert snapshot() == before
    assert again["organizations"]["acme"].pop("api_keys") == {}
    first["organizations"]["acme"].pop("api_keys")
    assert again == first


def test_what_the_file_says_differently_is_changed_and_what_it_leaves_out_stays() -> None:
    provision(FILE)

    def change(acme: dict[str, Any]) -> None:
        acme["name"] = "Acme Group"
        del acme["hostname"], acme["api_keys"], acme["categories"]
        acme["users"] = [{"username": "ana", "role": "manager", "password": "another horse"}]
        acme["teams"] = [{"slug": "sales", "name": "Sales", "members": ["bo"]}]
        acme["projects"] = [{"slug": "vault", "name": "Vault", "visibility": "organization"}]
        acme["projects"][0]["pipeline"] = "invoices"

    provision(changed(change))
    acme, ana = Organization.objects.get(), User.objects.get(username="ana")
    assert (acme.name, acme.hostname) == ("Acme Group", "acme.example.com")
    assert (ana.name, ana.token_epoch, ana.check_password("another horse")) == ("Ana Diaz", 1, True)
    assert dict(Membership.objects.values_list("user__username", "role")) == {"ana": Role.MANAGER, "bo": Role.MEMBER}
    assert [user.username for user in Team.objects.get().user_set.all()] == ["bo"]
    assert set(Project.objects.values_list("slug", "visibility", "pipeline")) == {
        ("vault", "organization", "invoices"),
        ("dorfman-ag", "organization", ""),
    }
    assert ApiKey.objects.filter(revoked_at__isnull=True).count() == 1


def test_where_reports_go_is_said_once_and_its_secret_is_never_repeated() -> None:
    secret = "whsec_" + 40 * "A"

    def forward(acme: dict[str, Any], url: str = "https://hooks.example.com/", key: str = secret) -> None:
        acme["projects"][0] |= {"report_url": url, "report_secret": key}

    provision(changed(forward))
    sealed = Project.objects.get(slug="dorfman-ag").report_secret
    assert unseal(sealed) == secret
    assert secret not in sealed
    provision(changed(forward))
    assert Project.objects.get(slug="dorfman-ag").report_secret == sealed
    assert faults_of(changed(lambda acme: forward(acme, url="https://10.0.0.1/"))) == [
        "organizations[0].projects[0].report_url: The URL must name a host on the public internet."
    ]
    weak = faults_of(changed(lambda acme: forward(acme, key="whsec_c2VjcmV0")))
    assert weak[0].startswith("organizations[0].projects[0].report_secret: A secret is")
    assert "c2VjcmV0" not in weak[0]


def test_a_person_may_be_in_several_organizations() -> None:
    other = "\n  - {slug: globex, name: Globex, users: [{username: ana, role: viewer, password: correct horse}]}\n"
    provision(FILE + other)
    assert Membership.objects.filter(user__username="ana").count() == 2
    assert User.objects.get(username="ana").token_epoch == 0


def test_a_key_with_a_chosen_secret_or_other_scopes_replaces_the_one_before() -> None:
    first = provision(FILE)["organizations"]["acme"]["api_keys"]["robot"]

    def choose(acme: dict[str, Any]) -> None:
        acme["api_keys"][0]["secret"] = "gtk_the_key_our_clients_have"

    assert provision(changed(choose))["organizations"]["acme"]["api_keys"] == {"robot": "gtk_the_key_our_clients_have"}
    assert provision(changed(choose))["organizations"]["acme"]["api_keys"] == {}
    assert authenticate_bearer("gtk_the_key_our_clients_have").scopes == frozenset({"task.read", "task.edit"})
    with pytest.raises(InvalidCredential):
        authenticate_bearer(first)

    def narrow(acme: dict[str, Any]) -> None:
        acme["api_keys"][0]["scopes"] = ["task.read"]

    narrowed = provision(changed(narrow))["organizations"]["acme"]["api_keys"]["robot"]
    assert authenticate_bearer(narrowed).scopes == frozenset({"task.read"})
    assert ApiKey.objects.filter(revoked_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda acme: acme.update(nme="x"), "organizations[0].nme: There is no such field."),
        (lambda acme: acme.pop("slug"), "organizations[0].slug: This is missing."),
        (lambda acme: acme["users"][0].update(pass_="x"), "organizations[0].users[0].pass_: There is no such field."),
        (
            lambda acme: acme["users"][1].update(role="king"),
            "organizations[0].users[1].role: This is not one of: viewer, member, manager, admin.",
        ),
        (lambda acme: acme["teams"].append("x"), 'organizations[0].teams[1]: This is not of type "object".'),
        (lambda acme: acme.update(timezone="Mars/Base"), "organizations[0].timezone: This is unknown."),
        (
            lambda acme: acme["projects"].append(dict(acme["projects"][1])),
            "organizations[0].projects[2].slug: This stands in the list twice.",
        ),
        (
            lambda acme: acme.update(wheels=[]),
            "organizations[0].wheels: There is no such field.",
        ),
        (
            lambda acme: acme["teams"][0]["members"].append("zed"),
            "organizations[0].teams[0].members: Not in this organization: zed.",
        ),
        (
            lambda acme: acme["api_keys"][0].update(user="zed"),
            "organizations[0].api_keys[0].user: This person is not in this organization.",
        ),
        (
            lambda acme: acme["users"][0].update(email="nowhere"),
            "organizations[0].users[0].email: Enter a valid email address.",
        ),
        (
            lambda acme: acme["api_keys"][0].update(secret="short"),
            "organizations[0].api_keys[0].secret: A secret has 16 to 200 printable characters, no spaces and no dots.",
        ),
        (
            lambda acme: (acme["users"][1].pop("id"), acme["api_keys"][0].update(user="bo", scopes=["admin"])),
            "organizations[0].api_keys[0]: The key would reach further than its owner or you: admin.",
        ),
    ],
)
def test_a_fault_is_named_by_its_path_and_nothing_is_applied(change: Any, fault: str) -> None:
    assert fault in faults_of(changed(change))


def test_all_faults_are_named_at_once() -> None:
    def change(acme: dict[str, Any]) -> None:
        acme["teams"][0]["members"] = ["zed"]
        acme["api_keys"][0]["user"] = "zed"
        acme["users"][0]["email"] = "nowhere"

    assert len(faults_of(changed(change))) >= 3


@pytest.mark.parametrize("place", ["users", "projects"])
def test_an_id_cannot_be_changed_afterwards(place: str) -> None:
    provision(FILE)

    def change(acme: dict[str, Any]) -> None:
        number = 1 if place == "users" else 0
        acme[place][number]["id"] = "0192d7c1-0000-7000-8000-00000000ffff"

    assert "has another id" in faults_of(changed(change))[0]


def test_no_fault_repeats_a_value() -> None:
    def change(acme: dict[str, Any]) -> None:
        acme["users"][0].update(password=["hunter2-in-a-list"], role="hunter2-role")
        acme["api_keys"][0].update(secret={"hunter2": "hunter2"}, scopes="hunter2-scopes")

    assert "hunter2" not in "\n".join(faults_of(changed(change)))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "organizations:\n  - {slug: a, name: A}\norganizations: []",
            "organizations: This key stands here twice (line 3).",
        ),
        (
            "organizations: [{slug: a, name: A, teams: !!set {x}}]",
            "organizations[0].teams: Only plain data can stand here",
        ),
        ("organizations: [{1: a}]", "organizations[0]: A key is a text (line 1)."),
        ("organizations: [", ".: This is not YAML"),
        ("a: 1\n---\nb: 2", ".: This is not YAML"),
        ("[" * 5_000, ".: This is nested too deeply."),
        ("", '.: This is not of type "object".'),
        ("x: &a [1]\norganizations: !!python/object:os.system []", "organizations: Only plain data can stand here"),
        ('organizations: [{slug: "\0"}]', ".: This is not YAML."),
    ],
)
def test_what_is_not_strict_yaml_is_refused(text: str, fault: str) -> None:
    assert faults_of(text)[0].startswith(fault)


def test_aliases_may_be_used_but_not_to_flood() -> None:
    shared = "defaults: &d {role: viewer}\n"
    assert "defaults: There is no such field." in faults_of(shared + FILE)[0]
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "more than" in faults_of("\n".join(lines))[0]


def test_a_merged_mapping_gives_defaults() -> None:
    file = """
organizations:
  - slug: a
    name: A
    users:
      - &base {username: one, role: viewer}
      - {<<: *base, username: two}
"""
    provision(file)
    assert dict(Membership.objects.values_list("user__username", "role")) == {"one": Role.VIEWER, "two": Role.VIEWER}


def test_texts_that_look_like_dates_stay_texts() -> None:
    provision("organizations: [{slug: a, name: 2026-01-01, users: [{username: x, password: 2024-02-30}]}]")
    assert Organization.objects.get().name == "2026-01-01"
    assert User.objects.get().check_password("2024-02-30")


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_prints_one_json_object_and_nothing_else(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file.yaml"
    file.write_text(FILE)
    call_command("provision", str(file))
    printed = json.loads(capsys.readouterr().out)
    assert set(printed["organizations"]["acme"]) == {
        *("id", "number", "users", "teams", "projects", "api_keys", "workflows", "templates", "rules"),
    }


def test_the_command_reads_stdin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FILE.encode())))
    call_command("provision", "-")
    assert "acme" in json.loads(capsys.readouterr().out)["organizations"]


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"organizations: 5"])
def test_the_command_fails_with_nothing_on_stdout(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], content: bytes | None
) -> None:
    file = tmp_path / "file.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("provision", str(file))
    assert capsys.readouterr().out == ""
