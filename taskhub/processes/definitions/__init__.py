"""Pages of definitions: list, viewer of a version, difference of two, editor of a draft."""
