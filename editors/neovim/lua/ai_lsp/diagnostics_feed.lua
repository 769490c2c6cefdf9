--- Tells the server of the errors and warnings of the buffer in view, so that ghost text near them may mend them.
---
--- What is told replaces what was told before. Nothing is told twice, and nothing of a buffer that nobody looks at.
local M = {}

local api = vim.api

--- In milliseconds. Checkers report one after the other, and each of them takes its old findings away first.
local GATHERED_FOR = 200

---@class ai_lsp.DiagnosticsFeed
---@field buf integer
---@field client vim.lsp.Client
---@field told lsp.Diagnostic[] What the server was told last.
---@field is_gathering boolean
local Feed = {}
Feed.__index = Feed

function Feed:tell()
  local buf, client = self.buf, self.client
  if api.nvim_get_current_buf() ~= buf or not client.attached_buffers[buf] then
    return
  end
  local diagnostics = require('ai_lsp.diagnostics').worst(buf, client.offset_encoding)
  if vim.deep_equal(diagnostics, self.told) then
    return
  end
  self.told = diagnostics
  client:notify('aiLsp/diagnostics', {
    textDocument = { uri = vim.uri_from_bufnr(buf), version = vim.lsp.util.buf_versions[buf] },
    diagnostics = diagnostics,
  })
end

function Feed:tell_soon()
  if self.is_gathering then
    return
  end
  self.is_gathering = true
  vim.defer_fn(function()
    self.is_gathering = false
    self:tell()
  end, GATHERED_FOR)
end

--- Begin with a buffer that the server has taken on; ends when the server lets go of it.
---@param client vim.lsp.Client
---@param buf integer
function M.attach(client, buf)
  local feed = setmetatable({ buf = buf, client = client, told = {}, is_gathering = false }, Feed)
  local group = api.nvim_create_augroup('ai_lsp.diagnostics:' .. buf, { clear = true })
  local function on(events, desc, callback)
    api.nvim_create_autocmd(events, { group = group, buffer = buf, desc = 'ai-lsp: ' .. desc, callback = callback })
  end
  on({ 'DiagnosticChanged', 'BufEnter' }, 'tell the server of errors and warnings', function()
    feed:tell_soon()
  end)
  on({ 'BufReadPost', 'BufFilePost' }, 'the server has the file anew, and knows of no errors in it', function()
    feed.told = {}
    feed:tell_soon()
  end)
  on('LspDetach', 'stop telling of errors and warnings', function(event)
    if event.data.client_id == client.id then
      api.nvim_del_augroup_by_id(group)
    end
  end)
  feed:tell_soon()
end

return M
