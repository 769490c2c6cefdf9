--- ai-lsp for Neovim: what a configuration calls. Nothing has to be called: `vim.lsp.enable('ai_lsp')` is enough.
local M = {}

--- Override options. The same as setting `vim.g.ai_lsp`, and works before and after the server was enabled.
---@param options? table<string, any> see |ai_lsp-options|
function M.setup(options)
  vim.g.ai_lsp = vim.tbl_extend('force', vim.g.ai_lsp or {}, options or {})
  require('ai_lsp.config').get() -- says at once what is wrong
  vim.lsp.config('ai_lsp', {}) -- and the server's configuration is read anew
end

--- Accept the suggestion in view.
---@return boolean whether there was one: false lets a mapping do what its key does otherwise
function M.accept()
  return require('ai_lsp.inline').accept()
end

--- Accept the next word of it, and keep the rest in view.
---@return boolean whether there was one
function M.accept_word()
  return require('ai_lsp.inline').accept_word()
end

--- Accept the next line of it, and keep the rest in view.
---@return boolean whether there was one
function M.accept_line()
  return require('ai_lsp.inline').accept_line()
end

--- Show the next suggestion for this place, or ask for one.
function M.next()
  require('ai_lsp.inline').select(1)
end

--- Show the previous suggestion for this place, or ask for one.
function M.prev()
  require('ai_lsp.inline').select(-1)
end

--- Take the suggestion in view away; it will not come back here.
---@return boolean whether there was one
function M.dismiss()
  return require('ai_lsp.inline').dismiss()
end

local signs = { normal = 'AI', busy = 'AI…', warning = 'AI!', error = 'AI✗', inactive = 'AI-' }

--- The state of the current buffer for a status line: empty where ai-lsp does not run.
---@return string
function M.statusline()
  local status = require('ai_lsp.server').last_status()
  return status and (signs[status.kind] or 'AI') or ''
end

return M
