"""Processes that tests play through. `document()` copies, so that a test may change what it got."""

from copy import deepcopy
from typing import Any

Document = dict[str, Any]

ONBOARDING: Document = {
    "key": "account-onboarding",
    "name": "New Account Onboarding",
    "entity_type": "CUENTA",
    "steps": [
        {
            "key": "verify",
            "name": "Verify Contact Information",
            "description": "Call the contact and confirm the data.",
            "assign": {"user": "ana"},
            "due_in": "PT48H",
            "fields": [
                {"id": "f_contact", "name": "contact_verified", "type": "boolean", "required": True},
                {"id": "f_phone", "name": "phone_confirmed", "type": "boolean"},
            ],
            "results": [
                {"code": "approved", "label": "Approved", "next": "welcome"},
                {"code": "rejected", "label": "Rejected", "next": "end"},
            ],
        },
        {
            "key": "welcome",
            "name": "Send Welcome Email",
            "description": "Send the welcome email to the new account contact.",
            "assign": {"team": "sales"},
            "fields": [
                {"id": "f_email", "name": "email_address", "type": "text", "required": True},
                {
                    "id": "f_template",
                    "name": "template",
                    "type": "select",
                    "required": True,
                    "options": ["Premium Welcome", "Basic Welcome"],
                },
            ],
            "results": [
                {"code": "sent", "label": "Email Sent", "next": "review"},
                {"code": "failed", "label": "Email Failed", "next": "verify"},
            ],
        },
        {
            "key": "review",
            "name": "Review Welcome Package",
            "assign": {"starter": True},
            "results": [{"code": "done", "label": "Done", "next": "end"}],
        },
    ],
}
"""The process of the worklist document: verify, welcome, review; a failed e-mail goes back to verify."""

ONE_STEP: Document = {"key": "one-step", "name": "One step", "steps": [{"key": "do", "name": "Do it"}]}

PARALLEL: Document = {
    "key": "parallel",
    "name": "Two in parallel",
    "steps": [
        {"key": "begin", "name": "Begin", "assign": {"user": "ana"}, "next": ["left", "right"]},
        {"key": "left", "name": "Left", "assign": {"user": "ana"}, "next": "join"},
        {"key": "right", "name": "Right", "assign": {"user": "bo"}, "next": "join"},
        {"key": "join", "name": "Join", "assign": {"team": "sales"}, "join": "all"},
    ],
}

APPROVAL: Document = {
    "key": "approval",
    "name": "Approval",
    "steps": [
        {
            "key": "fill",
            "name": "Fill in",
            "assign": {"starter": True},
            "fields": [{"name": "amount", "type": "number", "required": True, "min": 0, "prefill": "amount"}],
            "next": {"all": [{"step": "lead"}, {"step": "board", "when": "amount > 1000"}]},
        },
        {
            "key": "lead",
            "name": "Approve as lead",
            "assign": {"user": "cleo"},
            "results": [{"code": "yes", "label": "Approve"}, {"code": "no", "label": "Reject", "next": "end"}],
            "next": "decide",
        },
        {
            "key": "board",
            "name": "Approve as board",
            "assign": {"users": ["ana", "bo"]},
            "results": [{"code": "yes", "label": "Approve"}, {"code": "no", "label": "Reject", "next": "end"}],
            "next": "decide",
        },
        {
            "key": "decide",
            "name": "All have answered",
            "type": "automatic",
            "join": "all",
            "decision": [{"when": "amount > 5000", "outcome": "ask"}, {"outcome": "pay"}],
            "results": [
                {"code": "ask", "label": "Ask again", "next": "fill"},
                {"code": "pay", "label": "Pay", "next": "pay"},
            ],
        },
        {"key": "pay", "name": "Pay", "assign": {"team": "sales"}},
    ],
}
"""Parallel approvals that depend on the amount, joined, decided, and a way back."""

TRIP: Document = {
    "key": "trip",
    "name": "Round trip",
    "variables": {"net": 10},
    "steps": [
        {
            "key": "calc",
            "name": "Compute",
            "type": "automatic",
            "set": {"zz": "net * 2.0", "a": "zz + 1.0"},
            "next": "rest",
        },
        {"key": "rest", "name": "Rest", "type": "wait", "for": "P1D", "next": "reply"},
        {
            "key": "reply",
            "name": "Wait for the answer",
            "type": "wait",
            "message": "answer",
            "timeout": "P3D",
            "results": [{"code": "received", "next": "mail"}, {"code": "timeout", "next": "end"}],
        },
        {
            "key": "mail",
            "name": "Send the mail",
            "type": "automatic",
            "action": "send_mail",
            "inputs": {"to": "'x@example.com'", "subject": "'Hello'"},
            "next": "child",
        },
        {"key": "child", "name": "One more", "type": "workflow", "workflow": "one-step"},
    ],
}
"""Everything that nobody is asked for, and a sub-workflow: publish ONE_STEP first."""


def document(sample: Document, **changes: Any) -> Document:
    """A copy of a sample, with other entries at its head."""
    return deepcopy(sample) | changes


def chain(length: int) -> Document:
    """Human steps in a row: `s0`, `s1`, ..."""
    steps: list[Document] = [{"key": f"s{n}", "name": f"Step {n}", "next": f"s{n + 1}"} for n in range(length)]
    steps[-1]["next"] = "end"
    return {"key": "chain", "name": "Chain", "steps": steps}
