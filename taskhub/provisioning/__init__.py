"""The declarative provisioning file: organizations with all that stands below them, applied as often as one likes.

    text -> document (strict YAML) -> schema (every fault by its path) -> apply (one transaction) -> answer

One module per section in `sections/`; a new kind of thing is a new module there and a line in its table.
"""
