"""Kinds of tasks. An organization that has some of its own no longer has the documented four."""

from taskhub.provisioning import values
from tasks.models import Category

from .section import Answer, Context, Entry, Section, differing, given


def apply(context: Context, entry: Entry) -> Answer:
    wanted = given(entry, "title", "icon")
    category = Category.objects.filter(organization=context.organization, slug=entry["slug"]).first()
    if category is None:
        Category.objects.create(organization=context.organization, slug=entry["slug"], **wanted)
    elif changes := differing(category, wanted):
        Category.objects.filter(pk=category.pk).update(**changes)
    return None


SECTION = Section(
    name="categories",
    key="slug",
    properties={"slug": values.SLUG, "title": values.name(100), "icon": values.text(63)},
    required=("slug", "title"),
    apply=apply,
    is_answered=False,
)
