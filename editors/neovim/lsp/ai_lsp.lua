-- What `vim.lsp.enable('ai_lsp')` starts. Everything here can be overridden with `vim.lsp.config('ai_lsp', {…})`.
local config = require('ai_lsp.config')
local server = require('ai_lsp.server')

local options = config.get()
vim.schedule(server.warn_if_missing)

---@type vim.lsp.Config
return {
  cmd = options.cmd,
  root_markers = { '.git', '.hg', 'pyproject.toml', 'package.json', 'Cargo.toml', 'go.mod' },
  root_dir = server.root_dir,
  settings = next(options.settings) and { aiLsp = options.settings } or nil,
  capabilities = {
    experimental = { aiLsp = { status = true, refresh = true, results = true } },
    -- Nvim asks before it makes such an edit, but shows nothing of it: without it, actions are commands, and shown
    workspace = { workspaceEdit = { changeAnnotationSupport = vim.NIL } },
  },
  handlers = server.handlers,
  commands = server.commands,
  on_attach = server.on_attach,
  on_exit = server.on_exit,
}
