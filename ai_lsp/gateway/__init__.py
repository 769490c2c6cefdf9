"""What stands between a request and a provider: stages of one signature, ordered in one place."""
