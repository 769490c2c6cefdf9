--- Ghost text for Nvim 0.11, which has none of its own. From 0.12 on `vim.lsp.inline_completion` is used instead, and
--- this module is not loaded: it offers what of that `ai_lsp.inline` needs.
---
--- One request at a time: typing on cancels it, and an answer counts only where neither text nor cursor moved since.
local M = {}

local api = vim.api
local namespace = api.nvim_create_namespace('ai_lsp.ghost')

--- Milliseconds after the last key: shorter than a pause for thought, longer than between two keys of a word.
local PAUSE = 100

---@class ai_lsp.Span
---@field private places integer[]
local Span = {}
Span.__index = Span

--- As vim.Range:to_extmark() does: all from 0, in bytes.
---@return integer start_row, integer start_col, integer end_row, integer end_col
function Span:to_extmark()
  return unpack(self.places)
end

---@param _ integer
---@param ... integer the four of to_extmark()
---@return ai_lsp.Span
function M.span(_, ...)
  return setmetatable({ places = { ... } }, Span)
end

---@class ai_lsp.Ghost
---@field bufnr integer
---@field items lsp.InlineCompletionItem[]
---@field current? vim.lsp.inline_completion.Item
---@field client_id? integer Of whom `items` are.
---@field request_id? integer The request that is under way.
---@field asked_at? string The moment that it is for.
---@field timer uv.uv_timer_t
---@field group integer
local Ghost = {}
Ghost.__index = Ghost

---@type table<integer, ai_lsp.Ghost> by buffer
M.active = {}

---@param range lsp.Range
---@param buf integer
---@param encoding string
---@return ai_lsp.Span
local function to_span(range, buf, encoding)
  local function column(place)
    local line = api.nvim_buf_get_lines(buf, place.line, place.line + 1, false)[1] or ''
    return vim.str_byteindex(line, encoding, place.character, false)
  end
  return M.span(buf, range.start.line, column(range.start), range['end'].line, column(range['end']))
end

function Ghost:hide()
  if api.nvim_buf_is_valid(self.bufnr) then
    api.nvim_buf_clear_namespace(self.bufnr, namespace, 0, -1)
  end
end

--- Draw what is left of the current item behind the cursor.
---@param hint? string drawn behind the last line
function Ghost:show(hint)
  self:hide()
  local rest = self.current and require('ai_lsp.inline').rest_of(self.bufnr, self.current)
  if not rest then
    return
  end
  local lines = vim.tbl_map(function(line)
    return { { line, 'ComplHint' } }
  end, vim.split(rest.text, '\n', { plain = true }))
  if hint then
    table.insert(lines[#lines], { hint, 'ComplHint' })
  end
  local row, col, _, end_col = rest.range:to_extmark()
  api.nvim_buf_set_extmark(self.bufnr, namespace, row, col, {
    virt_text = lines[1],
    virt_lines = { unpack(lines, 2) },
    virt_text_pos = end_col > col and 'overlay' or 'inline',
    hl_mode = 'combine',
  })
end

---@param index integer
---@param hint? string
function Ghost:select(index, hint)
  local item = self.items[index]
  local client = item and vim.lsp.get_client_by_id(self.client_id)
  self.current = client and {
    _index = index,
    client_id = client.id,
    insert_text = item.insertText,
    range = item.range and to_span(item.range, self.bufnr, client.offset_encoding),
    command = item.command,
  } or nil
  self:show(hint)
end

function Ghost:reset_timer()
  self.timer:stop()
end

function Ghost:cancel()
  local client = self.request_id and vim.lsp.get_client_by_id(self.client_id)
  if client then
    client:cancel_request(self.request_id)
  end
  self.request_id = nil
end

---@param kind lsp.InlineCompletionTriggerKind
function Ghost:request(kind)
  self:cancel()
  local buf = self.bufnr
  local client = require('ai_lsp.server').client(buf)
  if not client or api.nvim_get_current_buf() ~= buf or not vim.startswith(api.nvim_get_mode().mode, 'i') then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  params.context = { triggerKind = kind }
  local moment = require('ai_lsp.inline').moment
  local asked_at, id = moment(buf), nil
  local function on_answer(err, result)
    if err or not result or id ~= self.request_id then
      return
    end
    self.request_id = nil
    local is_here = api.nvim_get_current_buf() == buf and vim.startswith(api.nvim_get_mode().mode, 'i')
    if is_here and moment(buf) == asked_at then
      self.items = result.items or result
      self:select(1)
    end
  end
  self.client_id = client.id
  _, id = client:request('textDocument/inlineCompletion', params, on_answer, buf)
  self.request_id, self.asked_at = id, asked_at
end

function Ghost:automatic_request()
  self:show()
  if self.request_id and self.asked_at == require('ai_lsp.inline').moment(self.bufnr) then
    return -- the answer for this place is under way
  end
  self:cancel()
  self.timer:start(PAUSE, 0, vim.schedule_wrap(function()
    if M.active[self.bufnr] == self then
      self:request(2)
    end
  end))
end

function Ghost:abort()
  self:cancel()
  self:reset_timer()
  self:hide()
  self.current = nil
end

---@param item vim.lsp.inline_completion.Item
function Ghost:accept(item)
  local text = item.insert_text
  if type(text) ~= 'string' then
    vim.snippet.expand(text.value)
  elseif not item.range then
    api.nvim_paste(text, false, 0)
  else
    local lines = vim.split(text, '\n', { plain = true })
    local row, col, end_row, end_col = item.range:to_extmark()
    api.nvim_buf_set_text(self.bufnr, row, col, end_row, end_col, lines)
    api.nvim_win_set_cursor(0, { row + #lines, #lines[#lines] + (#lines == 1 and col or 0) })
  end
  local client = item.command and vim.lsp.get_client_by_id(item.client_id)
  if client then
    client:exec_cmd(item.command, { bufnr = self.bufnr })
  end
end

---@param buf integer
local function start(buf)
  api.nvim_set_hl(0, 'ComplHint', { link = 'NonText', default = true }) -- its name from 0.12 on
  local group = api.nvim_create_augroup('ai_lsp.ghost:' .. buf, { clear = true })
  local ghost = setmetatable({ bufnr = buf, items = {}, timer = assert(vim.uv.new_timer()), group = group }, Ghost)
  M.active[buf] = ghost
  local function on(events, method)
    api.nvim_create_autocmd(events, {
      group = group,
      buffer = buf,
      callback = function()
        ghost[method](ghost)
      end,
    })
  end
  on({ 'InsertEnter', 'CursorMovedI', 'TextChangedP' }, 'automatic_request')
  on({ 'InsertLeave', 'BufLeave', 'LspDetach' }, 'abort')
  api.nvim_create_autocmd('BufWipeout', {
    group = group,
    buffer = buf,
    callback = function()
      M.enable(false, { bufnr = buf })
    end,
  })
end

---@param on boolean
---@param filter { bufnr: integer }
function M.enable(on, filter)
  local buf = vim._resolve_bufnr(filter.bufnr)
  local ghost = M.active[buf]
  if on and not ghost then
    start(buf)
  elseif ghost and not on then
    M.active[buf] = nil
    ghost:abort()
    ghost.timer:close()
    api.nvim_del_augroup_by_id(ghost.group)
  end
end

---@param filter { bufnr: integer }
---@return boolean
function M.is_enabled(filter)
  return M.active[vim._resolve_bufnr(filter.bufnr)] ~= nil
end

---@param options { bufnr: integer, count: integer }
function M.select(options)
  local ghost = M.active[options.bufnr]
  if ghost and ghost.current then
    local index = (ghost.current._index + options.count - 1) % #ghost.items + 1
    ghost:select(index, (' (%d/%d)'):format(index, #ghost.items))
  end
end

return M
