"""Kinds of tasks, as an organization names them."""

from django.db import models

from accounts.models import Organization


class Category(models.Model):
    """A kind of task. An organization without categories of its own has `DEFAULT_CATEGORIES`."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="categories")
    slug = models.SlugField(max_length=63)
    title = models.CharField(max_length=100)
    icon = models.CharField(max_length=63, blank=True)

    class Meta:
        verbose_name_plural = "categories"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["organization", "slug"], name="category_once")]

    def __str__(self) -> str:
        return self.title


DEFAULT_CATEGORIES = {
    "sign": ("Sign Document", "signature"),
    "approve": ("Approve Document", "check"),
    "update": ("Update", "pencil"),
    "delete": ("Delete", "trash"),
}
"""Slug -> (title, icon): the customers contract, section "Task Categories"."""
