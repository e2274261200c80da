"""Which organization a page is of."""

from collections.abc import Callable

from django.test import Client

from accounts.access import forget
from accounts.actor import Role
from accounts.models import Membership, Organization, User
from accounts.pages.views import ORGANIZATION
from taskhub.inbox.tests.conftest import MakeTask

Browsers = Callable[[User], Client]


def test_who_left_the_organization_they_were_in_goes_on_in_another(
    at_the_browser: Browsers, make_task: MakeTask, ana: User, acme: Organization, globex: Organization
) -> None:
    task = make_task("Only for Acme", ana)
    Membership.objects.create(user=ana, organization=globex, role=Role.MEMBER)
    browser = at_the_browser(ana)
    session = browser.session
    session[ORGANIZATION] = acme.pk
    session.save()
    assert browser.get(f"/tasks/{task.uuid}/").status_code == 200

    Membership.objects.filter(user=ana, organization=acme).delete()
    forget()

    assert browser.get("/inbox/").status_code == 200
    assert browser.get(f"/tasks/{task.uuid}/").status_code == 404


def test_who_belongs_nowhere_is_told_so(at_the_browser: Browsers, ana: User) -> None:
    Membership.objects.filter(user=ana).delete()
    forget()
    assert at_the_browser(ana).get("/inbox/").status_code == 403
