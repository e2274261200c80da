"""The composition root: settings, urls, wiring, the wire contracts, the pages. It knows every app; no app knows it."""
