"""Routes of the bots contract; the last one answers for all that is not there."""

from django.urls import path, re_path

from taskhub.contracts.fallback import unknown_route

from . import CONTRACT, views

urlpatterns = [
    path("api/v1/auth/token", views.Auth.as_view({"post": "token"})),
    path("api/v1/auth/refresh", views.Auth.as_view({"post": "refresh"})),
    path("api/v1/auth/revoke", views.Auth.as_view({"post": "revoke"})),
    re_path(r"^api/v1(?:/.*)?$", unknown_route(CONTRACT)),
]
