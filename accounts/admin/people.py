"""People: whom an administrator may make, change, disable and give a new password."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import commands, policy
from accounts.actor import Actor, Role
from accounts.administration import OrganizationAdmin, ReadOnlyInline, person, reach, staff_actor
from accounts.errors import DomainError, NotAllowed
from accounts.models import Membership, Organization, User

from .organizations import become, changes

PROFILE = ("name", "email", "timezone", "avatar_url")


class UserForm(forms.ModelForm):
    """An existing person. A password is only ever set anew."""

    new_password = forms.CharField(
        required=False,
        strip=False,
        max_length=1_000,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Leave empty to keep it. A new one signs the person out everywhere.",
    )

    class Meta:
        model = User
        fields = ("username", *PROFILE, "is_active", "is_staff", "is_superuser")

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


class NewUserForm(UserForm):
    """A new person, as a member of an organization."""

    organization = forms.ModelChoiceField(Organization.objects.none())
    role = forms.TypedChoiceField(choices=[(role.value, role.word) for role in Role], coerce=int, initial=Role.MEMBER)

    class Meta(UserForm.Meta):
        fields = ("username", *PROFILE)


class Memberships(ReadOnlyInline):
    model = Membership
    fields = ("organization", "role", "created_at")


@admin.register(User)
class UserPages(OrganizationAdmin):
    organization_path = "memberships__organization_id"
    may_add = may_change = True
    form, add_form = UserForm, NewUserForm
    list_display = ("username", "name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "memberships__role")
    search_fields = ("username", "name", "email", "=uuid")
    readonly_fields = ("uuid", "last_login", "created_at")
    inlines = (Memberships,)
    actions = ("disable", "enable")

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """As subquery and not as join: a person in two of one's organizations is one row."""
        own = reach(request, self.least_role)
        rows: QuerySet[User] = super(OrganizationAdmin, self).get_queryset(request)
        return (
            rows if own is None else rows.filter(pk__in=Membership.objects.filter(organization__in=own).values("user"))
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person of another organization as well, or a superuser, is only looked at."""
        if not super().has_change_permission(request):
            return False
        return obj is None or person(request).is_superuser or self._may_control(request, obj)

    def _may_control(self, request: HttpRequest, user: User) -> bool:
        try:
            policy.control_person(self._actor_for(request, user), user)
        except DomainError:
            return False
        return True

    def _actor_for(self, request: HttpRequest, user: User) -> Actor:
        """The staff member in an organization of the person's that they administer; a superuser as TaskHub itself."""
        if person(request).is_superuser:
            return Actor.system(0)
        own = reach(request, self.least_role) or frozenset()
        homes = Membership.objects.filter(user=user, organization__in=own).values_list("organization_id", flat=True)
        if not homes:
            raise NotAllowed("This person is in none of your organizations.")
        return staff_actor(request, homes[0])

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["form"] = self.form if change else self.add_form
        form = super().get_form(request, obj, change, **kwargs)
        if "organization" in form.base_fields:
            own = self.admin_site._registry[Organization].get_queryset(request)
            form.base_fields["organization"].queryset = own
        return form

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["username", *PROFILE, "organization", "role", "new_password"]
        password = ["new_password"] if self.has_change_permission(request, obj) else []
        return ["username", *PROFILE, *password, "is_active", "is_staff", "is_superuser", *self.readonly_fields]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ()
        powers = () if person(request).is_superuser else ("is_staff", "is_superuser")
        return (*self.readonly_fields, "username", "is_active", *powers)

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj and person(request).is_superuser else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            become(obj, self._create(request, form))
            return
        actor = self._actor_for(request, obj)
        given = changes(form, *PROFILE, "is_staff", "is_superuser")
        if given:
            become(obj, commands.update_user(actor=actor, user_id=obj.pk, **given))
        if form.cleaned_data.get("new_password"):
            commands.set_password(actor=actor, user_id=obj.pk, password=form.cleaned_data["new_password"])

    def _create(self, request: HttpRequest, form: Any) -> User:
        given = form.cleaned_data
        return commands.create_user(
            actor=staff_actor(request, given["organization"].pk),
            username=given["username"],
            role=Role(given["role"]),
            name=given["name"],
            email=given["email"],
            timezone=given["timezone"],
            password=given["new_password"] or None,
        )

    @admin.action(description="Disable: ends all they are signed in with", permissions=["change"])
    def disable(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        self.each(
            request,
            rows,
            lambda user: commands.disable_user(actor=self._actor_for(request, user), user_id=user.pk),
            "disabled",
        )

    @admin.action(description="Enable", permissions=["change"])
    def enable(self, request: HttpRequest, rows: QuerySet[User]) -> None:
        self.each(
            request,
            rows,
            lambda user: commands.enable_user(actor=self._actor_for(request, user), user_id=user.pk),
            "enabled",
        )
