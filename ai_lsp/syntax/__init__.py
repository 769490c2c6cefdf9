"""What a grammar knows of a document: scopes, imports, and whether a place is code, comment or string. In: snapshots and
edits. Out: plain values of ours, no parser's node. Never raises on bad input; a language without a grammar has no answer.
"""
