"""The browser of the inbox's tests, and rules."""

from taskhub.automation.tests.conftest import new_task, person, rule, settle
from taskhub.inbox.tests.browser.conftest import complaints, visit

__all__ = ["complaints", "new_task", "person", "rule", "settle", "visit"]
