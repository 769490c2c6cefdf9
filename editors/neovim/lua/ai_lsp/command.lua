--- `:AiLsp {subcommand}`.
local M = {}

local server = require('ai_lsp.server')

---@param text string
---@param level? integer
local function say(text, level)
  vim.notify('ai-lsp: ' .. text, level or vim.log.levels.INFO)
end

--- Why the current buffer has no server: one sentence that says what to do.
---@return string
function M.why_not_running()
  local config = vim.lsp.config.ai_lsp
  local program = type(config.cmd) == 'table' and config.cmd[1]
  local filetype = vim.bo.filetype
  if not vim.lsp.is_enabled('ai_lsp') then
    return 'switched off; `:AiLsp enable` switches it on'
  elseif program and vim.fn.executable(program) == 0 then
    return ('the server `%s` is not installed or not on PATH; see `:checkhealth ai_lsp`'):format(program)
  elseif vim.bo.buftype ~= '' or vim.api.nvim_buf_get_name(0) == '' then
    return 'not running here: this buffer is no file'
  elseif filetype == '' then
    return 'not running here: this file has no filetype'
  elseif not require('ai_lsp.config').wants(filetype) then
    return ("not running here: the option 'filetypes' leaves out %s"):format(filetype)
  end
  return 'not running; `:AiLsp log` may say why'
end

--- Ask the server for its status, and hand one line to `on_line`.
---@param client vim.lsp.Client
---@param on_line fun(line: string)
local function ask_status(client, on_line)
  client:request('aiLsp/status', vim.empty_dict(), function(err, status)
    if err then
      return on_line('running; it does not tell its status: ' .. err.message)
    end
    server.told(client.id, status)
    on_line(server.describe(status))
  end)
end

---@type table<string, fun(where?: string)>
local subcommands = {}

function subcommands.status()
  local client = server.client()
  if client then
    ask_status(client, say)
  else
    say(M.why_not_running(), vim.log.levels.WARN)
  end
end

function subcommands.info()
  local client = server.client()
  if not client then
    return say(M.why_not_running(), vim.log.levels.WARN)
  end
  local info = client.server_info or {}
  local cmd = client.config.cmd
  ask_status(client, function(line)
    local lines = {
      'status    ' .. line,
      'server    ' .. (info.name or 'ai-lsp') .. ' ' .. (info.version or ''),
      'command   ' .. (type(cmd) == 'table' and table.concat(cmd, ' ') or 'a Lua function'),
      'folder    ' .. (client.root_dir or 'none: this file stands alone'),
      'encoding  ' .. client.offset_encoding,
      'buffers   ' .. vim.tbl_count(client.attached_buffers),
    }
    vim.api.nvim_echo({ { table.concat(lines, '\n') } }, true, {})
  end)
end

---@param on boolean
---@param where? string
local function switch(on, where)
  if where == 'buffer' then
    vim.lsp.inline_completion.enable(on, { bufnr = 0 })
  else
    vim.lsp.enable('ai_lsp', on)
  end
  say(('switched %s%s'):format(on and 'on' or 'off', where == 'buffer' and ' in this buffer' or ''))
end

function subcommands.enable(where)
  switch(true, where)
end

function subcommands.disable(where)
  switch(false, where)
end

function subcommands.toggle(where)
  local is_on
  if where == 'buffer' then
    is_on = vim.lsp.inline_completion.is_enabled({ bufnr = 0 })
  else
    is_on = vim.lsp.is_enabled('ai_lsp')
  end
  switch(not is_on, where)
end

function subcommands.log()
  vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.log.get_filename()))
  vim.cmd('normal! G')
end

local takes_buffer = { enable = true, disable = true, toggle = true }

---@return string[]
local function names()
  return vim.fn.sort(vim.tbl_keys(subcommands))
end

---@param arguments string[]
function M.run(arguments)
  local name, where = arguments[1] or 'status', arguments[2]
  if not subcommands[name] then
    say(("no subcommand '%s'; there are: %s"):format(name, table.concat(names(), ', ')), vim.log.levels.ERROR)
  elseif where and not (takes_buffer[name] and where == 'buffer') then
    say(("'%s' does not take '%s'"):format(name, where), vim.log.levels.ERROR)
  else
    subcommands[name](where)
  end
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local before = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  local offered = names()
  if #before > 1 then
    offered = #before == 2 and takes_buffer[before[2]] and { 'buffer' } or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, offered)
end

return M
