"""What the hub contract reads and writes, a module for each kind of thing."""
