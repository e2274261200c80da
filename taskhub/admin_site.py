"""The administration's frame: it has no door of its own, so that guessing is bounded in one place."""

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode


class Site(admin.AdminSite):
    """Django's admin site with the doors of the pages: one sign-in, one sign-out, one page to change the password."""

    site_header = site_title = "TaskHub administration"
    index_title = "Everything"
    site_url = "/inbox/"

    def login(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise PermissionDenied("The administration is for staff.")
        wanted = request.GET.get("next") or reverse("admin:index")
        return redirect(f"{reverse('signin')}?{urlencode({'next': wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        logout(request)
        return redirect("signin")

    def password_change(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        return redirect("password")


class TaskHubAdminConfig(AdminConfig):
    """Puts our site in place of Django's, and leaves out auth groups: a group is a team, and has pages as one."""

    default_site = "taskhub.admin_site.Site"

    def ready(self) -> None:
        super().ready()
        from django.contrib.auth.models import Group

        admin.site.unregister(Group)
