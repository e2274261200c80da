"""Diagrams of workflows, drawn on the server: plain values in, SVG and its text twin out.

Pure: imports no Django and nothing of the engine. `graph.py` is the language, `layout.py` lays out, `svg.py` draws,
`twin.py` says the same in words; the template tag is in `workflows/templatetags`.
"""
