"""Organizations, their teams and projects, and who was given what in a project."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest

from accounts import commands
from accounts.administration import (
    OrganizationAdmin,
    OwnRelatedFilter,
    ReadOnlyInline,
    person,
    staff_actor,
    words_filter,
)
from accounts.commands.projects import PERMISSIONS
from accounts.models import Membership, Organization, Project, ProjectTeamGrant, ProjectUserGrant, Team, User


def become(obj: Model, made: Model) -> None:
    """The page's row becomes what the command has made, so that the page goes on with the right one."""
    obj.__dict__.update(made.__dict__)


def changes(form: forms.Form, *fields: str) -> dict[str, Any]:
    """What of these fields was changed on the page."""
    return {name: form.cleaned_data[name] for name in form.changed_data if name in fields}


@admin.register(Organization)
class OrganizationPages(OrganizationAdmin):
    organization_path = "pk"
    may_change = True
    list_display = ("slug", "name", "hostname", "timezone", "created_at")
    list_filter = ("timezone",)
    search_fields = ("slug", "name", "hostname")
    fields = ("slug", "name", "hostname", "timezone", "escalate_after", "uuid", "created_at")
    readonly_fields = ("uuid", "created_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).is_superuser

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*self.readonly_fields, "slug") if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        if not change:
            fields = {name: form.cleaned_data[name] for name in ("slug", "name", "hostname", "timezone")}
            become(obj, commands.create_organization(**fields))
        actor = staff_actor(request, obj.pk)
        given = changes(form, "name", "hostname", "timezone", "escalate_after")
        become(obj, commands.update_organization(actor=actor, organization_id=obj.pk, **given))


class TeamForm(forms.ModelForm):
    members = forms.ModelMultipleChoiceField(User.objects.none(), required=False)

    class Meta:
        model = Team
        fields = ("organization", "slug", "title")


@admin.register(Team)
class TeamPages(OrganizationAdmin):
    may_add = may_change = True
    form = TeamForm
    list_display = ("title", "slug", "organization", "size")
    list_filter = (("organization", OwnRelatedFilter),)
    list_select_related = ("organization",)
    search_fields = ("title", "slug")
    readonly_fields = ("uuid",)

    @admin.display(description="members")
    def size(self, team: Team) -> int:
        return team.user_set.count()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("uuid", "organization", "slug") if obj else ("uuid",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "members" in form.base_fields:
            form.base_fields["members"].queryset = self._people(request, obj)
            form.base_fields["members"].initial = obj.user_set.all() if obj else None
        return form

    def _people(self, request: HttpRequest, team: Team | None) -> QuerySet[User]:
        """Members of the team's organization; on the page of a new team, of all that the staff member reaches."""
        own = Organization.objects.filter(pk=team.organization_id) if team else self._organizations(request)
        return User.objects.filter(memberships__organization__in=own).distinct()

    def _organizations(self, request: HttpRequest) -> QuerySet[Organization]:
        return self.admin_site._registry[Organization].get_queryset(request)

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        actor = staff_actor(request, obj.organization_id)
        members = [user.pk for user in form.cleaned_data["members"]]
        if change:
            commands.update_team(actor=actor, team_id=obj.pk, title=form.cleaned_data["title"])
            commands.set_team_members(actor=actor, team_id=obj.pk, members=members)
        else:
            given = form.cleaned_data
            become(obj, commands.create_team(actor=actor, slug=given["slug"], title=given["title"], members=members))


class UserGrants(ReadOnlyInline):
    model = ProjectUserGrant
    fields = ("user", "permission")
    verbose_name_plural = "people it is shared with"


class TeamGrants(ReadOnlyInline):
    model = ProjectTeamGrant
    fields = ("group", "permission")
    verbose_name_plural = "teams it is shared with"


class ProjectForm(forms.ModelForm):
    new_report_secret = forms.CharField(
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="whsec_ and 24 to 64 random bytes in base64. It is never shown again; empty: it stays as it is.",
    )

    class Meta:
        model = Project
        fields = ("organization", "slug", "name", "visibility", "pipeline", "report_url")


@admin.register(Project)
class ProjectPages(OrganizationAdmin):
    may_add = may_change = True
    form = ProjectForm
    list_display = ("name", "slug", "organization", "visibility", "is_default", "uuid")
    list_filter = ("visibility", "is_default", ("organization", OwnRelatedFilter))
    list_select_related = ("organization",)
    search_fields = ("name", "slug", "=uuid")
    fields = (
        *("organization", "slug", "name", "visibility", "pipeline", "report_url", "new_report_secret"),
        *("is_default", "uuid", "created_at"),
    )
    inlines = (UserGrants, TeamGrants)
    actions = ("make_default",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fixed = ("is_default", "uuid", "created_at")
        return (*fixed, "organization", "slug") if obj else fixed

    def save_model(self, request: HttpRequest, obj: Project, form: Any, change: bool) -> None:
        actor = staff_actor(request, obj.organization_id)
        said = form.cleaned_data["new_report_secret"]
        secret = {"report_secret": said} if said else {}
        if change:
            given = changes(form, "name", "visibility", "pipeline", "report_url") | secret
            become(obj, commands.update_project(actor=actor, project_id=obj.pk, **given))
        else:
            names = ("slug", "name", "visibility", "pipeline", "report_url")
            given = {name: form.cleaned_data[name] for name in names} | secret
            become(obj, commands.create_project(actor=actor, **given))

    @admin.action(description="Make it the default project", permissions=["change"])
    def make_default(self, request: HttpRequest, rows: QuerySet[Project]) -> None:
        def act(project: Project) -> None:
            actor = staff_actor(request, project.organization_id)
            commands.set_default_project(actor=actor, project_id=project.pk)

        self.each(request, rows, act, "made default")


class GrantPages(OrganizationAdmin):
    """A grant is made and taken back; it has nothing to change."""

    organization_path = "content_object__organization_id"
    may_add = may_delete = True
    bearer: str

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "permission":
            kwargs["queryset"] = Permission.objects.filter(codename__in=PERMISSIONS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _ids(self, grant: Any) -> dict[str, Any]:
        """What the commands want to know of a grant."""
        bearer = {"user_id": grant.user_id} if self.bearer == "user" else {"team_id": grant.group_id}
        return {"project_id": grant.content_object_id, "permission": grant.permission.codename, **bearer}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actor = staff_actor(request, obj.content_object.organization_id)
        commands.grant_project(actor=actor, **self._ids(obj))
        same = {"content_object": obj.content_object, "permission": obj.permission}
        key = "user_id" if self.bearer == "user" else "group_id"
        become(obj, self.model.objects.get(**same, **{key: getattr(obj, key)}))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actor = staff_actor(request, obj.content_object.organization_id)
        commands.revoke_project(actor=actor, **self._ids(obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for grant in queryset.select_related("content_object", "permission"):
            self.delete_model(request, grant)


@admin.register(ProjectUserGrant)
class ProjectUserGrantPages(GrantPages):
    bearer = "user"
    list_display = ("content_object", "user", "permission")
    list_filter = (words_filter("permission__codename", PERMISSIONS, "permission"),)
    list_select_related = ("content_object", "user", "permission__content_type")
    search_fields = ("content_object__name", "user__username", "user__name")
    autocomplete_fields = ("content_object", "user")
    fields = ("content_object", "user", "permission")


@admin.register(ProjectTeamGrant)
class ProjectTeamGrantPages(GrantPages):
    bearer = "team"
    list_display = ("content_object", "team", "permission")
    list_filter = (words_filter("permission__codename", PERMISSIONS, "permission"),)
    list_select_related = ("content_object", "group__team", "permission__content_type")
    search_fields = ("content_object__name", "group__team__title")
    autocomplete_fields = ("content_object",)
    fields = ("content_object", "group", "permission")

    @admin.display(ordering="group__team__title")
    def team(self, grant: ProjectTeamGrant) -> Team:
        return grant.group.team

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "group":
            own = self.admin_site._registry[Team].get_queryset(request)
            kwargs["queryset"] = db_field.remote_field.model.objects.filter(team__in=own)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Membership)
class MembershipPages(OrganizationAdmin):
    may_add = may_change = may_delete = True
    list_display = ("user", "organization", "role", "created_at")
    list_filter = ("role", ("organization", OwnRelatedFilter))
    list_select_related = ("user", "organization")
    search_fields = ("user__username", "user__name", "organization__slug")
    autocomplete_fields = ("user", "organization")
    fields = ("user", "organization", "role", "created_at")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("user", "organization", "created_at") if obj else ("created_at",)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        verb = commands.change_role if change else commands.add_member
        actor = staff_actor(request, obj.organization_id)
        become(obj, verb(actor=actor, user_id=obj.user_id, role=form.cleaned_data["role"]))

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        commands.remove_member(actor=staff_actor(request, obj.organization_id), user_id=obj.user_id)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for membership in queryset:
            self.delete_model(request, membership)
