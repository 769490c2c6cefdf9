--- A conversation as it stands in a buffer: Markdown, with a heading for each turn. What is below the last heading is
--- the question that the person is writing.
---
--- What the server says is put there as text and nothing else. No cursor is moved by it but one that stands on the last
--- line, which goes along.
local M = {}

local api = vim.api
local namespace = api.nvim_create_namespace('ai_lsp.chat')

---@class ai_lsp.Page
---@field buf integer
---@field private tail? integer The mark where the answer goes on.
---@field private head? integer The mark of its heading.
---@field private question? integer The mark of the heading above the question.
local Page = {}
Page.__index = Page

---@type table<string, string> what opens the window, by the option `chat.split`
M.splits = {
  right = 'botright vertical',
  left = 'topleft vertical',
  below = 'botright',
  above = 'topleft',
  tab = 'tab',
}

---@return integer row from 0
function Page:last_row()
  return api.nvim_buf_line_count(self.buf) - 1
end

---@param mark integer
---@return integer row, integer col both from 0
function Page:place(mark)
  local place = api.nvim_buf_get_extmark_by_id(self.buf, namespace, mark, {})
  return place[1], place[2]
end

---@param row integer
---@param col integer
---@param options? vim.api.keyset.set_extmark
---@return integer
function Page:mark(row, col, options)
  return api.nvim_buf_set_extmark(self.buf, namespace, row, col, options or {})
end

--- Change the buffer, and take those cursors along that stand on its last line.
---@param change fun()
function Page:write(change)
  local last = self:last_row() + 1
  local following = vim.tbl_filter(function(win)
    return api.nvim_win_get_cursor(win)[1] == last
  end, vim.fn.win_findbuf(self.buf))
  change()
  local row = self:last_row()
  local col = #api.nvim_buf_get_lines(self.buf, row, row + 1, true)[1]
  for _, win in ipairs(following) do
    api.nvim_win_set_cursor(win, { row + 1, col })
  end
end

--- Add whole lines at the end.
---@param lines string[]
function Page:add(lines)
  local last = self:last_row()
  local is_empty = last == 0 and api.nvim_buf_get_lines(self.buf, 0, 1, true)[1] == ''
  api.nvim_buf_set_lines(self.buf, is_empty and 0 or last + 1, last + 1, true, lines)
end

--- An empty place for the next question, with the cursor in it where it was at the end.
function Page:begin_question()
  self:write(function()
    local is_behind_a_gap = api.nvim_buf_get_lines(self.buf, -2, -1, true)[1] == ''
    self:add(is_behind_a_gap and { '## You', '', '' } or { '', '## You', '', '' })
    self.question = self:mark(self:last_row() - 2, 0)
  end)
end

--- What the person has written below the last heading.
---@return string
function Page:written()
  local row = self:place(self.question)
  return vim.trim(table.concat(api.nvim_buf_get_lines(self.buf, row + 1, -1, false), '\n'))
end

--- Put a question in place of what is written there.
---@param text string
---@param about? string what of the person's code goes along
function Page:set_question(text, about)
  self:write(function()
    local lines = { '' }
    vim.list_extend(lines, vim.split(text, '\n', { plain = true }))
    if about then
      vim.list_extend(lines, { '', ('> about %s'):format(about) })
    end
    local row = self:place(self.question)
    api.nvim_buf_set_lines(self.buf, row + 1, -1, true, lines)
  end)
end

--- A heading for an answer that is going to come.
function Page:begin_answer()
  self:write(function()
    self:add({ '', '## ai-lsp', '', '' })
    local row = self:last_row()
    self.head = self:mark(row - 2, 0)
    self.tail = self:mark(row, 0, { virt_text = { { '…', 'Comment' } }, virt_text_pos = 'overlay' })
  end)
end

--- Go on with the answer.
---@param text string
function Page:append(text)
  self:write(function()
    local row, col = self:place(self.tail)
    if #text > 0 then
      self:mark(row, col, { id = self.tail }) -- without the sign that something is awaited
    end
    api.nvim_buf_set_text(self.buf, row, col, row, col, vim.split(text:gsub('\r\n?', '\n'), '\n', { plain = true }))
  end)
end

--- Say something beside the answer, below it.
---@param sentence string
function Page:remark(sentence)
  local row, col = self:place(self.tail)
  local lines = api.nvim_buf_get_lines(self.buf, row, row + 1, true)
  local gap = col == 0 and lines[1] == '' and '' or '\n\n'
  self:append(('%s> **ai-lsp:** %s'):format(gap, (sentence:gsub('%s+', ' '))))
end

--- The answer is complete: say beside its heading who gave it, and make room for the next question.
---@param from string
function Page:end_answer(from)
  local row, col = self:place(self.tail)
  self:mark(row, col, { id = self.tail })
  self:mark(self:place(self.head), 0, { id = self.head, virt_text = { { from, 'Comment' } }, virt_text_pos = 'eol' })
  self:begin_question()
end

--- Show the page in a window, the one where it is in view already or a new one, and put the cursor at its end.
---@param options ai_lsp.ChatOptions
function Page:show(options)
  local win = vim.fn.bufwinid(self.buf)
  if win ~= -1 then
    api.nvim_set_current_win(win)
  else
    vim.cmd(('%s sbuffer %d'):format(M.splits[options.split], self.buf))
    win = api.nvim_get_current_win()
    if options.split == 'right' or options.split == 'left' then
      api.nvim_win_set_width(win, math.min(options.width, math.floor(vim.o.columns / 2)))
    end
    local looks = { wrap = true, linebreak = true, number = false, relativenumber = false, spell = false }
    for name, value in pairs(looks) do
      vim.wo[win][0][name] = value
    end
    vim.wo[win][0].winbar = "%{%v:lua.require'ai_lsp.chat'.winbar()%}"
  end
  api.nvim_win_set_cursor(win, { self:last_row() + 1, 0 })
end

--- A new page in a buffer of its own.
---@param number integer
---@return ai_lsp.Page
function M.new(number)
  local buf = api.nvim_create_buf(true, true)
  api.nvim_buf_set_name(buf, ('ai-lsp://chat/%d'):format(number))
  vim.bo[buf].bufhidden = 'hide'
  vim.bo[buf].filetype = 'markdown'
  pcall(vim.treesitter.start, buf, 'markdown')
  local page = setmetatable({ buf = buf }, Page)
  page:begin_question()
  return page
end

return M
