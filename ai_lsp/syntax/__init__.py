"""Tree-sitter: languages, incremental parses, scopes and imports. No tree is an ordinary case, never an error."""
