"""How forms of the pages become HTML: one template per field, with the label above, the hint and the error between."""

from typing import Any, cast

from django import forms
from django.forms.renderers import DjangoTemplates
from django.template import loader

Choices = list[tuple[str, str]] | list[tuple[str, list[tuple[str, str]]]]


class PageRenderer(DjangoTemplates):
    """Widgets by Django's own templates; fields and forms by ours, which may use the pages' template tags."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"

    def get_template(self, template_name: str) -> object:
        if template_name.startswith("components/"):
            return loader.get_template(template_name)
        return super().get_template(template_name)


class PageForm(forms.Form):
    """The base of the pages' forms. The browser's own validation stays off: the server says the same to everyone."""

    default_renderer = PageRenderer()
    use_required_attribute = False
    full: frozenset[str] = frozenset()
    """Fields that take the whole width where the form stands in two columns."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def offer(self, name: str, choices: Choices) -> None:
        """Set what can be chosen in the field `name`."""
        cast(forms.ChoiceField, self.fields[name]).choices = choices
