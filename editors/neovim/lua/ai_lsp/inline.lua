--- Ghost text: accept all, a word or a line of it, cycle, dismiss, and stay right while the person types on.
---
--- Neovim shows a suggestion as it was when asked for. Between two answers this module measures it against the text of
--- now, since accepting it as it was would leave what was typed since behind it (neovim/neovim#36529), and showing it
--- would show text that can no longer be had.
local M = {}

local api = vim.api
local native = vim.lsp.inline_completion or require('ai_lsp.ghost') -- the second one before Nvim 0.12
local span = vim.range or require('ai_lsp.ghost').span

---@class ai_lsp.Rest
---@field item vim.lsp.inline_completion.Item
---@field text string What is left to insert at the cursor.
---@field range vim.Range|ai_lsp.Span What it replaces: from the cursor, with what the server wants replaced after it.

--- The state of a buffer's ghost text. Neovim's own has no public name yet: without it, a suggestion is accepted unseen
--- and everything else waits for the next answer.
---@param buf integer
---@return vim.lsp.inline_completion.Completor|ai_lsp.Ghost?
local function completor(buf)
  if native ~= vim.lsp.inline_completion then
    return native.active[buf]
  end
  local all = vim.tbl_get(vim.lsp, '_capability', 'all', 'inline_completion', 'active')
  return all and all[buf]
end

---@param item vim.lsp.inline_completion.Item
---@return string
local function whole_text(item)
  local text = item.insert_text
  return type(text) == 'string' and text or text.value
end

--- What is left of a suggestion after what was typed since. The server's ranges begin where the cursor was then.
---@param buf integer
---@param item vim.lsp.inline_completion.Item
---@return ai_lsp.Rest? nil where the typed text contradicts the suggestion
function M.rest_of(buf, item)
  local row, col = unpack(api.nvim_win_get_cursor(0))
  row = row - 1
  local text = whole_text(item)
  if not item.range then
    return { item = item, text = text, range = span(buf, row, col, row, col) }
  end
  local start_row, start_col, end_row, end_col = item.range:to_extmark()
  local line = api.nvim_buf_get_lines(buf, row, row + 1, true)[1]
  if start_row ~= row or end_row ~= row or start_col > col then
    return nil
  end
  local typed = line:sub(start_col + 1, col)
  if not vim.startswith(text, typed) or typed == text then
    return nil
  end
  local replaced_until = math.min(col + end_col - start_col, #line)
  return { item = item, text = text:sub(#typed + 1), range = span(buf, row, col, row, replaced_until) }
end

--- The suggestion in view, as far as it can still be accepted.
---@param buf integer
---@return ai_lsp.Rest?
local function in_view(buf)
  local state = completor(buf)
  return state and state.current and M.rest_of(buf, state.current)
end

--- One `u` then takes an accepted suggestion back and leaves what was typed before.
local function begin_undo_step()
  vim.bo.undolevels = vim.bo.undolevels
end

---@type fun()? what is to be done before the next key
local pending

function M.do_pending()
  local action = pending
  pending = nil
  if action then
    action()
  end
end

--- Do something before the next key is looked at. An <expr> mapping may not change text, and what is typed quickly
--- after it has to find the text changed.
---@param action fun()
local function before_next_key(action)
  pending = action
  api.nvim_feedkeys(vim.keycode([[<Cmd>lua require('ai_lsp.inline').do_pending()<CR>]]), 'in', false)
end

---@param buf integer
---@param rest ai_lsp.Rest
local function take_all(buf, rest)
  local state = assert(completor(buf))
  state:abort()
  local item = rest.item
  if type(item.insert_text) == 'string' then -- a snippet expands at the cursor by itself
    begin_undo_step()
    item = vim.tbl_extend('force', item, { insert_text = rest.text, range = rest.range })
  end
  state:accept(item)
  M.ask(buf)
end

--- Accept the suggestion in view.
---@return boolean whether there was one
function M.accept()
  local buf = api.nvim_get_current_buf()
  if not completor(buf) then
    return vim.lsp.inline_completion ~= nil and native.get()
  elseif not in_view(buf) then
    return false
  end
  before_next_key(function()
    local rest = in_view(buf)
    if rest then
      take_all(buf, rest)
    end
  end)
  return true
end

--- How much of a text its next word takes, with the space before it; a run of signs counts as a word.
---@param text string
---@return integer bytes
local function next_word(text)
  local word = text:match('^%s*[%w_\128-\255]+') or text:match('^%s*[^%w_%s\128-\255]+')
  return #(word or text)
end

--- How much of a text its next line takes: up to the line break, or past it where the text begins with one.
---@param text string
---@return integer bytes
local function next_line(text)
  return #text:match('^\n*[^\n]*')
end

--- Tell the server how far into the suggestion the person has accepted it.
---@param rest ai_lsp.Rest
---@param size integer bytes
local function report_part(rest, size)
  local client = vim.lsp.get_client_by_id(rest.item.client_id)
  if not client then
    return
  end
  local accepted = rest.text:sub(1, size)
  client:notify('textDocument/didPartiallyAcceptCompletion', {
    item = { insertText = rest.text, command = rest.item.command },
    acceptedLength = vim.str_utfindex(accepted, 'utf-16'),
  })
end

---@param buf integer
---@param rest ai_lsp.Rest
---@param size integer bytes
local function insert_part(buf, rest, size)
  begin_undo_step()
  local lines = vim.split(rest.text:sub(1, size), '\n', { plain = true })
  local row, col, _, replaced_until = rest.range:to_extmark()
  api.nvim_buf_set_text(buf, row, col, row, col, lines)
  local end_row = row + #lines - 1
  local end_col = #lines[#lines] + (#lines == 1 and col or 0)
  api.nvim_win_set_cursor(0, { end_row + 1, end_col })
  local state = completor(buf)
  if state then
    state.current = vim.tbl_extend('force', rest.item, {
      insert_text = rest.text:sub(size + 1),
      range = span(buf, end_row, end_col, end_row, end_col + replaced_until - col),
    })
    state:show()
  end
  report_part(rest, size)
end

--- Accept the first part of the suggestion in view, and keep the rest of it in view.
---@param measure fun(text: string): integer how many bytes of it
---@return boolean whether there was one
local function accept_part(measure)
  local buf = api.nvim_get_current_buf()
  if not in_view(buf) then
    return false
  end
  before_next_key(function()
    local rest = in_view(buf)
    local size = rest and measure(rest.text)
    if not rest then
      return
    elseif size >= #rest.text or type(rest.item.insert_text) ~= 'string' then
      take_all(buf, rest)
    else
      insert_part(buf, rest, size)
    end
  end)
  return true
end

---@return boolean whether there was a suggestion
function M.accept_word()
  return accept_part(next_word)
end

---@return boolean whether there was a suggestion
function M.accept_line()
  return accept_part(next_line)
end

--- Show another suggestion for the same place; where there is none in view, ask for one.
---@param count integer
function M.select(count)
  local buf = api.nvim_get_current_buf()
  if in_view(buf) then
    native.select({ bufnr = buf, count = count })
  else
    M.ask(buf)
  end
end

--- Take the suggestion in view away, and tell the server that it was not wanted.
---@return boolean whether there was one
function M.dismiss()
  local state = completor(api.nvim_get_current_buf())
  local item = state and state.current
  if not item then
    return false
  end
  before_next_key(function()
    state:abort()
    local client = vim.lsp.get_client_by_id(item.client_id)
    local offered = client and vim.tbl_get(client.server_capabilities, 'executeCommandProvider', 'commands') or {}
    if client and item.command and vim.list_contains(offered, 'aiLsp.rejectSuggestion') then
      client:exec_cmd({ title = '', command = 'aiLsp.rejectSuggestion', arguments = item.command.arguments })
    end
  end)
  return true
end

---@type table<integer, string> by buffer: where the server was asked out of turn last
local asked = {}

--- A place in a text that is never the same again.
---@param buf integer
---@return string
function M.moment(buf)
  local row, col = unpack(api.nvim_win_get_cursor(0))
  return ('%d:%d:%d'):format(api.nvim_buf_get_changedtick(buf), row, col)
end

--- Ask the server for the cursor's place at once, without the pause that typing is given.
---@param buf integer
function M.ask(buf)
  local state = completor(buf)
  if not vim.startswith(api.nvim_get_mode().mode, 'i') or api.nvim_get_current_buf() ~= buf or not state then
    return
  end
  asked[buf] = M.moment(buf)
  state:reset_timer()
  state:request(2)
end

--- Whether ghost text comes by itself in a buffer.
---@param buf integer
---@return boolean
function M.is_on(buf)
  return native.is_enabled({ bufnr = buf })
end

--- Switch ghost text on or off in a buffer, until it is switched again.
---@param buf integer
---@param on boolean
function M.switch(buf, on)
  vim.b[buf].ai_lsp_ghost_text = on
  native.enable(on, { bufnr = buf })
end

--- Begin with a buffer that the server has taken on.
---@param buf integer
function M.attach(buf)
  if require('ai_lsp.config').get().ghost_text and vim.b[buf].ai_lsp_ghost_text ~= false then
    native.enable(true, { bufnr = buf })
  end
  local group = api.nvim_create_augroup('ai_lsp:' .. buf, { clear = true })
  api.nvim_create_autocmd({ 'CursorMovedI', 'TextChangedP' }, {
    group = group,
    buffer = buf,
    desc = 'ai-lsp: hide ghost text that the typed text contradicts',
    callback = function()
      local state = completor(buf)
      if state and state.current and not M.rest_of(buf, state.current) then
        state.current = nil
        state:hide()
      end
      if state and asked[buf] == M.moment(buf) then
        state:reset_timer() -- the answer is under way
      end
    end,
  })
end

return M
