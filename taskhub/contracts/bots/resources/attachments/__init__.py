"""Files of a task: brought, listed, handed out."""
