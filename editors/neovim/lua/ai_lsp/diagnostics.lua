--- What the editor knows to be wrong with code, as the protocol writes it.
local M = {}

local position = require('ai_lsp.selection').position

--- How many errors and warnings of a file are worth telling.
local MOST = 100

---@param buf integer
---@param one vim.Diagnostic
---@param encoding string
---@return lsp.Diagnostic
local function to_protocol(buf, one, encoding)
  return {
    range = {
      start = position(buf, one.lnum, one.col, encoding),
      ['end'] = position(buf, one.end_lnum or one.lnum, one.end_col or one.col, encoding),
    },
    severity = one.severity,
    message = one.message,
    source = one.source,
    code = one.code,
  }
end

--- The diagnostics of the lines of a range, or of the whole file; nil where there are none.
---@param buf integer
---@param range? lsp.Range
---@param encoding string
---@return lsp.Diagnostic[]?
function M.of(buf, range, encoding)
  local first = range and range.start.line or 0
  local last = range and range['end'].line or math.huge
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buf)) do
    if one.lnum <= last and (one.end_lnum or one.lnum) >= first then
      found[#found + 1] = to_protocol(buf, one, encoding)
    end
  end
  return #found > 0 and found or nil
end

---@param one vim.Diagnostic
---@param other vim.Diagnostic
---@return boolean
local function comes_before(one, other)
  if one.severity ~= other.severity then
    return one.severity < other.severity
  elseif one.lnum ~= other.lnum then
    return one.lnum < other.lnum
  elseif one.col ~= other.col then
    return one.col < other.col
  end
  return one.message < other.message
end

--- The errors of a file and then its warnings, each by line, and no more than are worth telling.
---@param buf integer
---@param encoding string
---@return lsp.Diagnostic[]
function M.worst(buf, encoding)
  local found = vim.diagnostic.get(buf, { severity = { min = vim.diagnostic.severity.WARN } })
  table.sort(found, comes_before)
  return vim.tbl_map(function(one)
    return to_protocol(buf, one, encoding)
  end, vim.list_slice(found, 1, MOST))
end

return M
