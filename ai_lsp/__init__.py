"""ai-lsp: a language server that brings AI completion and chat to every editor."""

__version__ = "0.1.0"
