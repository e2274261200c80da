"""The browser of the tests of the other pages."""

from taskhub.inbox.tests.browser.conftest import complaints, visit

__all__ = ["complaints", "visit"]
