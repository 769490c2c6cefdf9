--- The person's options: `vim.g.ai_lsp`, or what setup() was called with, over the defaults.
local M = {}

M.version = '0.1.0'

---@class (exact) ai_lsp.Options
---@field cmd string[] The command that starts the server.
---@field filetypes table<string, boolean> Where the server runs; `*` stands for every filetype not named.
---@field ghost_text boolean Show suggestions; false leaves it to vim.lsp.inline_completion.enable().
---@field settings table What the server reads as its section `aiLsp`, such as { provider = 'embedded' }.

---@type table<string, type>
local types = { cmd = 'table', filetypes = 'table', ghost_text = 'boolean', settings = 'table' }

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
  return found
end

--- The options in force. Anything wrong is told once and left out.
---@return ai_lsp.Options
function M.get()
  for _, problem in ipairs(M.problems()) do
    vim.notify_once(('ai-lsp: %s (see :help ai_lsp-options)'):format(problem), vim.log.levels.WARN)
  end
  local options = { cmd = { server_command(), 'serve' }, filetypes = {}, ghost_text = true, settings = {} }
  local given = type(vim.g.ai_lsp) == 'table' and vim.g.ai_lsp or {}
  for name, wanted in pairs(types) do
    if type(given[name]) == wanted then
      options[name] = given[name]
    end
  end
  return options
end

---@param filetype string
---@return boolean
function M.wants(filetype)
  local chosen = M.get().filetypes
  return vim.F.if_nil(chosen[filetype], chosen['*'], true)
end

return M
