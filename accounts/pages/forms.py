"""What people type to sign in. How it looks is the templates' business."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from accounts.models import User

MAX_PASSWORD = 1_000


def _password(label: str, autocomplete: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=MAX_PASSWORD,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


class SignInForm(forms.Form):
    """A name and a password. Whether they fit together is not the form's to know."""

    use_required_attribute = False

    username = forms.CharField(
        label="Sign-in name",
        max_length=150,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false", "autofocus": True}
        ),
    )
    password = _password("Password", "current-password")


class PasswordForm(forms.Form):
    """The password so far, and a new one."""

    use_required_attribute = False

    current = _password("Password so far", "current-password")
    new = _password("New password", "new-password", " ".join(password_validators_help_texts()))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"]
        try:
            validate_password(new, self._user)
        except ValidationError as error:
            raise forms.ValidationError(error.messages) from None
        return new
