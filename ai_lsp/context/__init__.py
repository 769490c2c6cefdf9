"""What is near the cursor. In: a document's name and a place. Out: a `CodeContext`, or why there is none."""
