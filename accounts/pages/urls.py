"""Addresses of the pages of accounts."""

from django.urls import path

from . import views

urlpatterns = [
    path("signin/", views.signin, name="signin"),
    path("signout/", views.signout, name="signout"),
    path("organization/", views.organization, name="organization"),
    path("password/", views.password, name="password"),
]
