"""What all admin pages have in common: who reaches which organizations, and how they act there (ADR 0015).

`is_staff` opens the pages; the role in each organization decides what is reached. Superusers reach everything. Whatever
is changed is changed by commands, so the pages cannot do what the rules forbid.
"""

from collections.abc import Callable, Collection, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.db.models import ForeignKey, Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts.access import NoMembership, actor_for
from accounts.actor import Actor, Role
from accounts.errors import DomainError
from accounts.models import Membership, User

if TYPE_CHECKING:
    BaseAdmin = admin.ModelAdmin[Any]
    BaseInline = admin.TabularInline[Any, Any]
    BasePaginator = Paginator[Any]
else:
    BaseAdmin = admin.ModelAdmin
    BaseInline = admin.TabularInline
    BasePaginator = Paginator

COUNTED_ROWS = 10_000


def person(request: HttpRequest) -> User:
    """Who is at the pages."""
    assert isinstance(request.user, User), "the site lets nobody else get here"
    return request.user


def reach(request: HttpRequest, least: Role) -> frozenset[int] | None:
    """The organizations in which the staff member has at least this role; None: all of them."""
    user = person(request)
    if user.is_superuser:
        return None
    roles: dict[int, int] | None = getattr(request, "_roles", None)
    if roles is None:
        roles = dict(Membership.objects.filter(user=user).values_list("organization_id", "role"))
        request._roles = roles  # asked many times a page
    return frozenset(organization for organization, role in roles.items() if role >= least)


def staff_actor(request: HttpRequest, organization_id: int) -> Actor:
    """The staff member as an actor there; a superuser who is no member acts as an administrator."""
    user = person(request)
    try:
        return actor_for(user, organization_id)
    except NoMembership:
        if not user.is_superuser:
            raise
    return Actor(
        kind="user",
        organization_id=organization_id,
        role=Role.ADMIN,
        user_id=user.pk,
        user_uuid=user.uuid,
        username=user.username,
        name=user.get_full_name(),
        timezone=user.timezone or "UTC",
    )


class CappedPaginator(BasePaginator):
    """Counts no further than people page: an exact count of a million rows costs more than the page."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if isinstance(rows, QuerySet):
            return len(rows.order_by().values_list("pk", flat=True)[: COUNTED_ROWS + 1])
        return len(rows)


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """Offers only what the staff member reaches: a list of all projects would name other organizations' customers."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: BaseAdmin) -> list[tuple[str, str]]:
        related = model_admin.admin_site._registry[field.remote_field.model]
        own = related.get_queryset(request).values("pk")
        return list(field.get_choices(include_blank=False, limit_choices_to={"pk__in": own}))


def words_filter(field: str, words: Collection[str], title: str = "") -> type[admin.SimpleListFilter]:
    """A filter by a column of known words. Django's own would ask a million rows which words they have."""

    class WordsFilter(admin.SimpleListFilter):
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: BaseAdmin) -> list[tuple[str, str]]:
            return [(word, word) for word in words]

        def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
            return queryset.filter(**{field: self.value()}) if self.value() in words else queryset

    WordsFilter.title = title or field.replace("_", " ")
    return WordsFilter


class OrganizationAdmin(BaseAdmin):
    """Pages of rows that belong to an organization. Listed and shown; a subclass says what else may be done."""

    organization_path = "organization_id"
    """How a row's organization is found from the row."""
    least_role = Role.ADMIN
    may_add = may_change = may_delete = False
    show_full_result_count = False
    paginator = CappedPaginator
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        own = reach(request, self.least_role)
        return rows if own is None else rows.filter(**{f"{self.organization_path}__in": own})

    def _reaches(self, request: HttpRequest) -> bool:
        own = reach(request, self.least_role)
        return own is None or bool(own)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._reaches(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._reaches(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_add and self._reaches(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change and self._reaches(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_delete and self._reaches(request)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        """Choices are what the pages of the related model would list."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        if related is not None:
            kwargs.setdefault("queryset", related.get_queryset(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What a command refuses is told on the page; nothing has changed then."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def each(self, request: HttpRequest, rows: Iterable[Model], act: Callable[[Any], object], done: str) -> None:
        """Does something to each of the rows and tells how it went. `done` is the word for it, in the past."""
        count, refusals = 0, []
        for row in rows:
            try:
                act(row)
            except DomainError as error:
                refusals.append(f"{row}: {error.message}")
            else:
                count += 1
                self.log_change(request, row, done)
        tell(self, request, count, refusals, done)


def tell(pages: BaseAdmin, request: HttpRequest, count: int, refusals: list[str], done: str) -> None:
    """ "3 revoked." and, apart, what was refused and why."""
    if count:
        pages.message_user(request, f"{count} {done}.", messages.SUCCESS)
    for refusal in refusals[:10]:
        pages.message_user(request, refusal, messages.ERROR)
    if len(refusals) > 10:
        pages.message_user(request, f"{len(refusals) - 10} more were refused.", messages.ERROR)


class ReadOnlyInline(BaseInline):
    """Rows below another row, to look at."""

    extra = 0
    can_delete = False
    show_change_link = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return tuple(self.fields or ())

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True
