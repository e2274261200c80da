"""What tests need around them: settings, private services, live processes. Nothing here runs in production."""
