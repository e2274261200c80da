"""The endpoints of the documents contract, a module for each kind of thing: parse, command or query, shape."""
