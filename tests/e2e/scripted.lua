-- A language server inside Neovim that answers what a test tells it to: for what depends on one particular answer.
-- `_G.scripted` holds the answers by the text before the cursor, and records what was asked and told. With `is_slow` no
-- answer is given to anything but the start.
scripted = { answers = {}, sent = {}, asked = {}, is_slow = false }

local capabilities = {
  inlineCompletionProvider = vim.empty_dict(),
  textDocumentSync = { openClose = true, change = 1 },
  executeCommandProvider = { commands = { 'aiLsp.acceptSuggestion', 'aiLsp.rejectSuggestion' } },
}

local function items_at(position)
  local line = vim.api.nvim_buf_get_lines(0, position.line, position.line + 1, false)[1]
  table.insert(scripted.asked, line:sub(1, position.character))
  local items = {}
  for number, answer in ipairs(scripted.answers[line:sub(1, position.character)] or {}) do
    items[number] = {
      insertText = answer.text,
      range = {
        start = position,
        ['end'] = { line = position.line, character = position.character + (answer.replaces or 0) },
      },
      command = { title = '', command = 'aiLsp.acceptSuggestion', arguments = { 'id' .. number } },
    }
  end
  return { items = items }
end

local function answer(method, params)
  if method == 'initialize' then
    capabilities.positionEncoding = params.capabilities.general.positionEncodings[1]
    return { capabilities = capabilities }
  elseif method == 'textDocument/inlineCompletion' then
    return items_at(params.position)
  elseif method == 'workspace/executeCommand' then
    table.insert(scripted.sent, { params.command, params.arguments[1] })
  end
  return vim.NIL
end

vim.lsp.config('ai_lsp', {
  cmd = function(dispatchers)
    local closing = false
    scripted.notify = dispatchers.notification
    scripted.ask = dispatchers.server_request
    local number = 0
    return {
      request = function(method, params, on_answer, on_reply)
        number = number + 1
        local own = number
        if not scripted.is_slow then
          vim.schedule(function()
            on_answer(nil, answer(method, params))
            if on_reply then
              on_reply(own)
            end
          end)
        end
        return true, own
      end,
      notify = function(method, params)
        if method == '$/cancelRequest' then
          table.insert(scripted.sent, { method, params.id })
        elseif method == 'textDocument/didPartiallyAcceptCompletion' then
          table.insert(scripted.sent, { method, params.acceptedLength })
        elseif method == 'exit' then
          dispatchers.on_exit(0, 0)
        end
        return true
      end,
      is_closing = function()
        return closing
      end,
      terminate = function()
        closing = true
      end,
    }
  end,
})
