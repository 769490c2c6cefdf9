--- A change that a model proposes, in a tab of its own: on the left the file as it is, on the right as it would be, as
--- Neovim's own diff. Nothing is applied before the person accepts it, and then as one step that `u` takes back.
local M = {}

local api = vim.api
local say = require('ai_lsp.say')

---@class ai_lsp.Change
---@field uri? string The document that it changes; nil for a new one that nobody knows a name for.
---@field createsFile boolean Whether that document is still to be made.
---@field range lsp.Range What `newText` takes the place of.
---@field newText string
---@field version? integer Of the document that it is for.

---@class ai_lsp.Proposal
---@field title string
---@field path string empty for a new file without a name
---@field target? integer The buffer that would be changed; nil for a file that is to be made.
---@field tick? integer Its text, as the proposal was made for it.
---@field buf integer The buffer with the text as it would be.
---@field tab integer

---@type table<integer, ai_lsp.Proposal> by their buffer
local open = {}

---@param path string
---@return string
local function short(path)
  return vim.fn.fnamemodify(path, ':~:.')
end

--- The proposal that a command means: the one in view, else the only one.
---@return ai_lsp.Proposal?
local function current()
  local tab = api.nvim_get_current_tabpage()
  for _, proposal in pairs(open) do
    if proposal.tab == tab then
      return proposal
    end
  end
  return vim.tbl_count(open) == 1 and select(2, next(open)) or nil
end

---@param proposal ai_lsp.Proposal
local function close(proposal)
  open[proposal.buf] = nil
  local tab = api.nvim_tabpage_is_valid(proposal.tab) and proposal.tab
  if tab and #api.nvim_list_tabpages() > 1 then
    vim.cmd.tabclose(api.nvim_tabpage_get_number(tab))
  end
  if api.nvim_buf_is_valid(proposal.buf) then
    api.nvim_buf_delete(proposal.buf, { force = true })
  end
end

--- Make one text of another by changing only what differs, from the end to the beginning: marks elsewhere stay.
---@param buf integer
---@param lines string[]
local function replace_lines(buf, lines)
  local old = api.nvim_buf_get_lines(buf, 0, -1, true)
  local function whole(of)
    return table.concat(of, '\n') .. '\n'
  end
  local hunks = (vim.text.diff or vim.diff)(whole(old), whole(lines), { result_type = 'indices' })
  for at = #hunks, 1, -1 do
    local from, count, new_from, new_count = unpack(hunks[at])
    local first = count == 0 and from or from - 1 -- of nothing, the line before it is told
    api.nvim_buf_set_lines(buf, first, first + count, true, vim.list_slice(lines, new_from, new_from + new_count - 1))
  end
end

---@param proposal ai_lsp.Proposal
---@return string? why it cannot be applied
local function obstacle(proposal)
  if not proposal.target then
    local exists = proposal.path ~= '' and (vim.uv.fs_stat(proposal.path) or vim.fn.bufloaded(proposal.path) == 1)
    return exists and ('%s has come into being meanwhile'):format(short(proposal.path)) or nil
  elseif not api.nvim_buf_is_valid(proposal.target) then
    return ('%s is not open any more'):format(short(proposal.path))
  elseif not vim.bo[proposal.target].modifiable then
    return ("%s cannot be changed: 'modifiable' is off"):format(short(proposal.path))
  elseif api.nvim_buf_get_changedtick(proposal.target) ~= proposal.tick then
    return ('%s has changed since'):format(short(proposal.path))
  end
end

--- Apply the proposal in view as it stands on its right side.
function M.accept()
  local proposal = current()
  if not proposal then
    return say('no change is proposed', vim.log.levels.WARN)
  end
  local why_not = obstacle(proposal)
  if why_not then
    local what_now = 'nothing was applied. Take single changes over with `dp`, or discard it and ask again'
    return say(('%s; %s'):format(why_not, what_now), vim.log.levels.WARN)
  end
  local lines = api.nvim_buf_get_lines(proposal.buf, 0, -1, true)
  close(proposal)
  if not proposal.target then
    vim.cmd(proposal.path == '' and 'enew' or 'edit ' .. vim.fn.fnameescape(proposal.path))
  end
  replace_lines(proposal.target or api.nvim_get_current_buf(), lines)
  if proposal.target then
    say(('changed %s; one `u` takes it back'):format(short(proposal.path)))
  else
    say(('%s is a new buffer; `:write` makes the file'):format(proposal.path == '' and 'this' or short(proposal.path)))
  end
end

--- Close the proposal in view, and leave everything as it is.
function M.discard()
  local proposal = current()
  if not proposal then
    return say('no change is proposed', vim.log.levels.WARN)
  end
  close(proposal)
  say('discarded; nothing was changed')
end

--- The text as it would be, in a buffer that is no file.
---@param change ai_lsp.Change
---@param target? integer
---@param encoding string
---@return integer
local function make_buffer(change, target, encoding)
  local buf = api.nvim_create_buf(false, true)
  if target then
    api.nvim_buf_set_lines(buf, 0, -1, true, api.nvim_buf_get_lines(target, 0, -1, true))
    vim.lsp.util.apply_text_edits({ { range = change.range, newText = change.newText } }, buf, encoding)
  else
    api.nvim_buf_set_lines(buf, 0, -1, true, vim.split((change.newText:gsub('\r?\n$', '')), '\r?\n'))
  end
  vim.bo[buf].buflisted = false
  vim.bo[buf].bufhidden = 'wipe'
  return buf
end

---@param proposal ai_lsp.Proposal
---@param filetype string
local function show(proposal, filetype)
  vim.cmd.tabnew()
  local empty = api.nvim_get_current_buf()
  proposal.tab = api.nvim_get_current_tabpage()
  if proposal.target then
    api.nvim_win_set_buf(0, proposal.target)
    vim.wo[0][0].winbar = (' %s, as it is'):format(short(proposal.path):gsub('%%', '%%%%'))
    vim.cmd.diffthis()
    vim.cmd('rightbelow vertical split')
  end
  api.nvim_win_set_buf(0, proposal.buf)
  if api.nvim_buf_is_valid(empty) and empty ~= proposal.target then
    api.nvim_buf_delete(empty, { force = true })
  end
  local name = ('ai-lsp://%s:%s'):format(proposal.title, vim.fs.basename(proposal.path))
  api.nvim_buf_set_name(proposal.buf, vim.fn.bufexists(name) == 1 and ('%s:%d'):format(name, proposal.buf) or name)
  vim.bo[proposal.buf].filetype = filetype
  vim.wo[0][0].winbar = (' %s: <C-y> accepts, q discards'):format(proposal.title)
  if proposal.target then
    vim.cmd.diffthis()
    vim.cmd('normal! gg')
    pcall(vim.cmd --[[@as function]], 'normal! ]c') -- there is none where the first line is changed
  end
end

--- Show a change and wait for the person's word.
---@param title string
---@param change ai_lsp.Change
---@param encoding string
function M.offer(title, change, encoding)
  local path = type(change.uri) == 'string' and vim.uri_to_fname(change.uri) or ''
  local target = not change.createsFile and path ~= '' and vim.uri_to_bufnr(change.uri) or nil
  if target and (not api.nvim_buf_is_loaded(target) or vim.lsp.util.buf_versions[target] ~= change.version) then
    return say(('%s has changed meanwhile, so nothing is offered; ask again'):format(short(path)), vim.log.levels.WARN)
  end
  local proposal = { title = title, path = path, target = target }
  proposal.tick = target and api.nvim_buf_get_changedtick(target)
  proposal.buf = make_buffer(change, target, encoding)
  open[proposal.buf] = proposal
  show(proposal, target and vim.bo[target].filetype or vim.filetype.match({ filename = path }) or '')
  vim.keymap.set('n', '<C-y>', M.accept, { buffer = proposal.buf, desc = 'ai-lsp: accept the change' })
  vim.keymap.set('n', 'q', M.discard, { buffer = proposal.buf, desc = 'ai-lsp: discard the change' })
  api.nvim_create_autocmd('BufWipeout', {
    buffer = proposal.buf,
    callback = function()
      open[proposal.buf] = nil
      if target and api.nvim_tabpage_is_valid(proposal.tab) then
        for _, win in ipairs(api.nvim_tabpage_list_wins(proposal.tab)) do
          api.nvim_win_call(win, vim.cmd.diffoff)
        end
      end
    end,
  })
end

return M
