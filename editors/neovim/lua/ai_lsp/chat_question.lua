--- What goes along with a question: what was said before, the open file, its diagnostics, and files that are named.
local M = {}

local api = vim.api

---@class ai_lsp.Question
---@field text string
---@field command? string One of the server's commands that are answered in words: explain.

--- Files that the person names in a question: `@lua/module.lua`, as seen from the current folder or the project.
---@param text string
---@param root? string
---@return string[]? their addresses, nil where there are none
local function files_named(text, root)
  local found = {}
  for name in (' ' .. text):gmatch('%s@(%S+)') do
    local bare = name:gsub('[.,;:?!)]+$', '')
    for _, path in ipairs({ name, bare, root and vim.fs.joinpath(root, name), root and vim.fs.joinpath(root, bare) }) do
      if vim.fn.filereadable(path) == 1 then
        found[#found + 1] = vim.uri_from_fname(vim.fn.fnamemodify(path, ':p'))
        break
      end
    end
  end
  return #found > 0 and found or nil
end

--- A question in the shape of `aiLsp/chat`.
---@param chat ai_lsp.Chat
---@param client vim.lsp.Client
---@param question ai_lsp.Question
---@param token string under which its pieces come
---@return table
function M.params(chat, client, question, token)
  local known = chat.client_id == client.id and chat.conversation or nil
  local messages = known and {} or vim.deepcopy(chat.said)
  table.insert(messages, { role = 'user', content = question.text })
  local params = {
    messages = messages,
    conversationId = known,
    command = question.command,
    files = files_named(question.text, client.root_dir),
    partialResultToken = token,
    workDoneToken = token .. '-work',
  }
  local selection = chat.selection
  if selection and api.nvim_buf_is_valid(selection.buf) and client.attached_buffers[selection.buf] then
    params.textDocument = { uri = vim.uri_from_bufnr(selection.buf) }
    params.range = selection.range
    params.diagnostics = require('ai_lsp.diagnostics').of(selection.buf, selection.range, client.offset_encoding)
  end
  return params
end

return M
