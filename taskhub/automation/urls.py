"""Addresses of the rules' pages."""

from django.urls import path

from .views import acting, building, listing, trying, viewing

urlpatterns = [
    path("", listing.list_page, name="rules"),
    path("new/", building.new_page, name="rule-new"),
    path("<uuid:key>/", viewing.rule_page, name="rule"),
    path("<uuid:key>/edit/", building.edit_page, name="rule-edit"),
    path("<uuid:key>/try/", trying.try_page, name="rule-try"),
    path("<uuid:key>/<slug:verb>/", acting.act, name="rule-act"),
]
