"""Ghost text: from a cursor in a document to a suggestion or the reason why there is none."""
