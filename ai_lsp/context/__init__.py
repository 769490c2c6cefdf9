"""CodeContext: what is near the cursor, gathered from documents and syntax within a deadline."""
