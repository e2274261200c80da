"""The processors that TaskHub brings along: what a machine can say of a document before a person looks at it.

    document -> reader (a process of its own, within bounds) -> content -> text | classify | segment | group -> Output

A processor knows its input and nothing of rows, tasks or instances. Files are hostile: only `reading` opens them, and
it runs where a broken file can break nothing else.
"""
