"""Pages to sign in and out, choose where to work and change the password. All of them work without JavaScript."""
