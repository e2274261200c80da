"""Pages of uploads: what came in, what became of each document, and the documents themselves.

Reviewing a document is working on its task, so it has its place on the task's page (`taskhub/inbox/document.py`).
"""
