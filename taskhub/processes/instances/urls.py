"""Addresses of instances."""

from django.urls import path

from taskhub.processes.instances.views import acting, listing, page, start

urlpatterns = [
    path("", listing.list_page, name="instances"),
    path("new/", start.choose_page, name="instance-new"),
    path("new/<slug:key>/", start.start_page, name="instance-start"),
    path("<uuid:key>/", page.instance_page, name="instance"),
    path("<uuid:key>/picture/", page.picture, name="instance-picture"),
    path("<uuid:key>/<slug:verb>/", acting.act, name="instance-act"),
]
