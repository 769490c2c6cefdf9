"""What is seen of the server from outside: logs, without secrets and without source text."""
