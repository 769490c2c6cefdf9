--- ai-lsp for Neovim: what a configuration calls. Nothing has to be called: `vim.lsp.enable('ai_lsp')` is enough.
local M = {}

--- Override options. The same as setting `vim.g.ai_lsp`, and works before and after the server was enabled: `settings`
--- are handed to servers that run.
---@param options? table<string, any> see |ai_lsp-options|
function M.setup(options)
  vim.g.ai_lsp = vim.tbl_extend('force', vim.g.ai_lsp or {}, options or {})
  local settings = require('ai_lsp.config').get().settings -- says at once what is wrong
  vim.lsp.config('ai_lsp', {}) -- and the server's configuration is read anew
  for _, client in ipairs(vim.lsp.get_clients({ name = 'ai_lsp' })) do
    require('ai_lsp.server').configure(client, function(of_client)
      for name, value in pairs(settings) do
        of_client[name] = value
      end
    end)
  end
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

--- Open the chat, or ask a question in it at once.
---@param question? string
function M.chat(question)
  local selection = require('ai_lsp.selection').here('file')
  require('ai_lsp.chat').open({ selection = selection, question = question and { text = question } or nil })
end

--- Stop every answer that is coming.
---@return boolean whether there was one
function M.stop()
  local of_code = require('ai_lsp.code').stop()
  return require('ai_lsp.chat').stop() or of_code
end

local signs = { normal = 'AI', busy = 'AI…', warning = 'AI!', error = 'AI✗', inactive = 'AI-' }

--- The state of the current buffer for a status line: empty where ai-lsp does not run.
---@return string
function M.statusline()
  local status = require('ai_lsp.server').last_status()
  if not status then
    return ''
  elseif require('ai_lsp.chat').is_busy() or require('ai_lsp.code').is_busy() then
    return signs.busy
  elseif status.kind == 'normal' and not require('ai_lsp.inline').is_on(vim.api.nvim_get_current_buf()) then
    return signs.inactive
  end
  return signs[status.kind] or signs.normal
end

return M
