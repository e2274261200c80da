"""The endpoints of the hub contract: parse, command or query, shape."""
