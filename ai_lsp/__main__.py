"""`python -m ai_lsp` is the `ai-lsp` command."""

from ai_lsp.app import main

main()
