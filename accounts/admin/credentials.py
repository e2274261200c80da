"""Keys and tokens: issued, listed and ended here; what they open is shown once and stored nowhere."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import commands, tokens
from accounts.actor import SCOPES
from accounts.administration import OrganizationAdmin, OwnRelatedFilter, person, staff_actor, words_filter
from accounts.models import ApiKey, RateHit, RefreshToken, TokenFamily

from .organizations import become


class ApiKeyForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in SCOPES], widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = ApiKey
        fields = ("organization", "user", "name", "scopes", "expires_at")


@admin.register(ApiKey)
class ApiKeyPages(OrganizationAdmin):
    may_add = True
    form = ApiKeyForm
    list_display = ("name", "prefix", "organization", "user", "scopes", "expires_at", "revoked_at", "last_used_at")
    list_filter = (
        ("revoked_at", admin.EmptyFieldListFilter),
        ("expires_at", admin.DateFieldListFilter),
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("organization", "user")
    search_fields = ("name", "prefix", "user__username")
    autocomplete_fields = ("user",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        asked = ["organization", "user", "name", "scopes", "expires_at"]
        told = ["prefix", "uuid", "created_by", "created_at", "revoked_at", "last_used_at"]
        return [*asked, *told] if obj else asked

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if change:
            kwargs["form"] = forms.ModelForm  # nothing of a key is changed, so its page asks nothing
        return super().get_form(request, obj, change, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        given = form.cleaned_data
        key, secret = commands.issue_key(
            actor=staff_actor(request, given["organization"].pk),
            user_id=given["user"].pk,
            name=given["name"],
            scopes=given["scopes"],
            expires_at=given["expires_at"],
        )
        become(obj, key)
        request._secret = secret  # shown by the answer to this very request

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """The one page that ever shows the secret. Not a message: messages are stored."""
        context = {
            **self.admin_site.each_context(request),
            "title": "API key issued",
            "opts": self.opts,
            "key": obj,
            "secret": request._secret,
        }
        headers = {"Cache-Control": "private, no-store"}
        return TemplateResponse(request, "admin/accounts/apikey/issued.html", context, headers=headers)

    @admin.action(description="Revoke", permissions=["view"])
    def revoke(self, request: HttpRequest, rows: QuerySet[ApiKey]) -> None:
        def act(key: ApiKey) -> None:
            commands.revoke_key(actor=staff_actor(request, key.organization_id), key_id=key.pk)

        self.each(request, rows, act, "revoked")


@admin.register(TokenFamily)
class TokenFamilyPages(OrganizationAdmin):
    list_display = ("user", "organization", "created_at", "revoked_at", "revoked_because")
    list_filter = (
        ("revoked_at", admin.EmptyFieldListFilter),
        words_filter("revoked_because", ("sign-out", "password", "disabled", "left", "reuse", "administrator")),
        ("organization", OwnRelatedFilter),
    )
    list_select_related = ("user", "organization")
    search_fields = ("user__username", "=uuid")
    actions = ("end",)

    @admin.action(description="Sign out", permissions=["view"])
    def end(self, request: HttpRequest, rows: QuerySet[TokenFamily]) -> None:
        self.each(request, rows, lambda family: tokens.end(family, "administrator", timezone.now()), "ended")


@admin.register(RefreshToken)
class RefreshTokenPages(OrganizationAdmin):
    organization_path = "family__organization_id"
    list_display = ("id", "family", "created_at", "expires_at", "used_at")
    list_filter = (("used_at", admin.EmptyFieldListFilter), "expires_at")
    list_select_related = ("family__user",)
    search_fields = ("family__user__username",)
    exclude = ("digest",)


@admin.register(RateHit)
class RateHitPages(OrganizationAdmin):
    """Keys are digests of who was counted for what, so these rows are of no organization."""

    organization_path = "pk"
    list_display = ("key", "allowed", "leaves_in", "stale_at")
    list_filter = ("allowed",)
    search_fields = ("=key",)
    fields = ("key", "allowed", "leaves_in", "stale_at")

    def _reaches(self, request: HttpRequest) -> bool:
        return person(request).is_superuser
