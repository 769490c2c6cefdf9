--- The person's options: `vim.g.ai_lsp`, or what setup() was called with, over the defaults.
local M = {}

M.version = '0.1.0'

---@class (exact) ai_lsp.ChatOptions
---@field split 'right'|'left'|'below'|'above'|'tab' Where a chat opens.
---@field width integer Of a chat beside the code, in columns; never more than half of the screen.

---@class (exact) ai_lsp.Options
---@field cmd string[] The command that starts the server.
---@field filetypes table<string, boolean> Where the server runs; `*` stands for every filetype not named.
---@field ghost_text boolean Show suggestions; false leaves it to vim.lsp.inline_completion.enable().
---@field chat ai_lsp.ChatOptions
---@field settings table What the server reads as its section `aiLsp`, such as { provider = 'embedded' }.

---@type table<string, type>
local types = { cmd = 'table', filetypes = 'table', ghost_text = 'boolean', chat = 'table', settings = 'table' }

---@type table<string, fun(value: any): boolean>
local of_chat = {
  split = function(value)
    return vim.list_contains(M.splits, value)
  end,
  width = function(value)
    return type(value) == 'number' and value >= 20
  end,
}

---@type ai_lsp.ChatOptions
local chat_defaults = { split = 'right', width = 80 }

M.splits = { 'right', 'left', 'below', 'above', 'tab' }

--- The server that was installed beside this plugin in a clone, else the one on PATH.
---@return string
local function server_command()
  local here = debug.getinfo(1, 'S').source:sub(2)
  local clone = vim.fs.joinpath(vim.fs.dirname(here), '..', '..', '..', '..')
  for _, place in ipairs({ '.venv/bin/ai-lsp', '.venv/Scripts/ai-lsp.exe' }) do
    local program = vim.fs.normalize(vim.fs.joinpath(clone, place))
    if vim.fn.executable(program) == 1 then
      return program
    end
  end
  return 'ai-lsp'
end

--- What is wrong with the person's options: one sentence each.
---@return string[]
function M.problems()
  local given = vim.g.ai_lsp
  if given == nil then
    return {}
  end
  if type(given) ~= 'table' then
    return { ('vim.g.ai_lsp is a %s; it has to be a table of options'):format(type(given)) }
  end
  local found = {}
  for name, value in vim.spairs(given) do
    local wanted = types[name]
    if not wanted then
      local known = table.concat(vim.fn.sort(vim.tbl_keys(types)), ', ')
      found[#found + 1] = ("unknown option '%s'; the options are: %s"):format(name, known)
    elseif type(value) ~= wanted then
      found[#found + 1] = ("option '%s' is a %s; it has to be a %s"):format(name, type(value), wanted)
    end
  end
  for name, value in vim.spairs(type(given.chat) == 'table' and given.chat or {}) do
    if not of_chat[name] then
      found[#found + 1] = ("unknown option 'chat.%s'; the options are: split, width"):format(name)
    elseif not of_chat[name](value) then
      local wanted = name == 'split' and 'one of ' .. table.concat(M.splits, ', ') or 'a number of columns from 20'
      found[#found + 1] = ("option 'chat.%s' has to be %s"):format(name, wanted)
    end
  end
  return found
end

---@return ai_lsp.ChatOptions
local function chat_options(given)
  local options = vim.deepcopy(chat_defaults)
  for name, fits in pairs(of_chat) do
    if given[name] ~= nil and fits(given[name]) then
      options[name] = given[name]
    end
  end
  return options
end

--- The options in force. Anything wrong is told once and left out.
---@return ai_lsp.Options
function M.get()
  for _, problem in ipairs(M.problems()) do
    vim.notify_once(('ai-lsp: %s (see :help ai_lsp-options)'):format(problem), vim.log.levels.WARN)
  end
  local options = { cmd = { server_command(), 'serve' }, filetypes = {}, ghost_text = true, chat = {}, settings = {} }
  local given = type(vim.g.ai_lsp) == 'table' and vim.g.ai_lsp or {}
  for name, wanted in pairs(types) do
    if type(given[name]) == wanted then
      options[name] = given[name]
    end
  end
  options.chat = chat_options(options.chat)
  return options
end

---@param filetype string
---@return boolean
function M.wants(filetype)
  local chosen = M.get().filetypes
  return vim.F.if_nil(chosen[filetype], chosen['*'], true)
end

return M
