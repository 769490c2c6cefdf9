"""What each method does: one file per family of methods. The table of all of them is `ai_lsp/server/methods.py`."""
