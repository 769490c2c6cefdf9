--- What the editor knows to be wrong with code, as the protocol writes it.
local M = {}

local position = require('ai_lsp.selection').position

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
    local end_row = one.end_lnum or one.lnum
    if one.lnum <= last and end_row >= first then
      found[#found + 1] = {
        range = {
          start = position(buf, one.lnum, one.col, encoding),
          ['end'] = position(buf, end_row, one.end_col or one.col, encoding),
        },
        severity = one.severity,
        message = one.message,
        source = one.source,
        code = one.code,
      }
    end
  end
  return #found > 0 and found or nil
end

return M
