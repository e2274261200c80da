"""The real browser of the inbox's tests, for the pages of definitions."""

from taskhub.inbox.tests.browser.conftest import complaints, visit

__all__ = ["complaints", "visit"]
