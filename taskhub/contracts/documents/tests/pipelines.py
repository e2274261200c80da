"""Pipelines and files that these tests play with."""

from typing import Any

from workflows.processors.tests.papers import pdf, picture

INVOICES: dict[str, Any] = {
    "key": "invoices",
    "name": "Invoices",
    "steps": [
        {
            "key": "extraction",
            "name": "Read the invoice",
            "type": "automatic",
            "processor": "text",
            "fields": [
                {"id": "f_number", "name": "number", "type": "text", "label": "Invoice number", "required": True},
                {"id": "f_net", "name": "net", "type": "number", "label": "Net"},
                {"id": "f_total", "name": "total", "type": "number", "label": "Total", "required": True},
            ],
            "rules": [
                {
                    "must": "net == null || total >= net",
                    "field": "total",
                    "message": "The total is less than the net amount",
                },
                {"must": "total < 1000000.0", "field": "total", "message": "Nobody pays so much"},
            ],
            "filters": [{"when": "metadata.pages == 3", "reason": "Three pages are a contract"}],
            "review": "always",
            "assign": {"team": "sales"},
            "next": "classification",
        },
        {
            "key": "classification",
            "name": "Classify it",
            "type": "automatic",
            "processor": "classify",
            "options": {"classes": [{"label": "invoice", "any": ["invoice"]}, {"label": "letter", "any": ["dear"]}]},
            "fields": [{"id": "f_label", "name": "label", "type": "select", "options": ["invoice", "letter"]}],
            "review": "invalid",
            "assign": {"team": "sales"},
        },
    ],
}
"""Every invoice is looked at; its class only where that is not sure. Three pages are filtered out."""

ONCE: dict[str, Any] = {
    "key": "once",
    "name": "Read once",
    "steps": [{"key": "look", "name": "Look", "type": "automatic", "processor": "text", "retry": {"attempts": 1}}],
}
"""One step without fields; what fails is not tried again. Whoever brings the document reviews it."""

INVOICE = pdf(["Invoice number: R-7", "Net: 100.00", "Total: 119.00"])
LETTER = b"Dear all,\n\nthis is a letter without any number.\n"
PHOTO = picture("PNG")
CONTRACT = pdf(["Page 1"], ["Page 2"], ["Page 3"])
BROKEN = b"%PDF-1.7\nthis is no PDF at all"
