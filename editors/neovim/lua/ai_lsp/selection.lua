--- What of a buffer the person means: the lines or the characters that a command was called for.
local M = {}

---@class ai_lsp.Selection
---@field buf integer
---@field range? lsp.Range nil: the whole file
---@field cursor lsp.Position

---@class ai_lsp.Call What |nvim_create_user_command()| hands to a command.
---@field fargs string[]
---@field args string
---@field bang boolean
---@field range integer
---@field line1 integer
---@field line2 integer

--- Whether the lines of a call are those of the last selection of characters.
---@param call ai_lsp.Call
---@return boolean
local function is_of_characters(call)
  return vim.fn.visualmode() == 'v' and vim.fn.line("'<") == call.line1 and vim.fn.line("'>") == call.line2
end

---@param buf integer
---@param row integer from 0
---@param col integer from 0, in bytes
---@param encoding string
---@return lsp.Position
function M.position(buf, row, col, encoding)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  return { line = row, character = vim.str_utfindex(line, encoding, math.min(col, #line), false) }
end

--- How many bytes a line has up to the end of the character at a column.
---@param buf integer
---@param row integer from 0
---@param col integer from 1, in bytes
---@return integer
local function behind(buf, row, col)
  local line = vim.api.nvim_buf_get_lines(buf, row, row + 1, false)[1] or ''
  if vim.o.selection == 'exclusive' then
    return math.min(col - 1, #line)
  end
  return col > #line and #line or col + vim.str_utf_end(line, col)
end

--- The part of the current buffer that a call is about.
---@param call ai_lsp.Call
---@param encoding string of positions
---@return ai_lsp.Selection
function M.of(call, encoding)
  local buf = vim.api.nvim_get_current_buf()
  local row, col = unpack(vim.api.nvim_win_get_cursor(0))
  local selection = { buf = buf, cursor = M.position(buf, row - 1, col, encoding) }
  if call.range > 0 then
    local first, last = call.line1 - 1, call.line2 - 1
    local start_col, end_col = 0, math.huge
    if is_of_characters(call) then
      start_col, end_col = vim.fn.col("'<") - 1, behind(buf, last, vim.fn.col("'>"))
    end
    selection.range = {
      start = M.position(buf, first, start_col, encoding),
      ['end'] = M.position(buf, last, end_col, encoding),
    }
  end
  return selection
end

--- The cursor's line in the current buffer, or all of the buffer; nil where it is no file.
---@param what 'line'|'file'
---@return ai_lsp.Selection?
function M.here(what)
  local client = require('ai_lsp.server').client()
  local row = vim.api.nvim_win_get_cursor(0)[1]
  local call = { range = what == 'line' and 1 or 0, fargs = {}, args = '', bang = false, line1 = row, line2 = row }
  return client and M.of(call, client.offset_encoding)
end

--- In words: `orders.py, lines 3 to 9`.
---@param selection ai_lsp.Selection
---@return string
function M.describe(selection)
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(selection.buf), ':~:.')
  if not selection.range then
    return name
  end
  local first, last = selection.range.start.line + 1, selection.range['end'].line + 1
  return first == last and ('%s, line %d'):format(name, first) or ('%s, lines %d to %d'):format(name, first, last)
end

return M
