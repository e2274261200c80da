"""From rows to the hub contract's JSON: plain dicts, no reads."""
