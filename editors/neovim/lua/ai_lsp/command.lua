--- `:AiLsp {subcommand}`.
local M = {}

local api = vim.api

local code = require('ai_lsp.code')
local inline = require('ai_lsp.inline')
local server = require('ai_lsp.server')
local say = require('ai_lsp.say')

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
  elseif vim.bo.buftype ~= '' or api.nvim_buf_get_name(0) == '' then
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

--- What follows the subcommand, as it was written.
---@param call ai_lsp.Call
---@return string
local function rest(call)
  return vim.trim(call.args:match('^%s*%S+%s*(.*)$') or '')
end

---@class ai_lsp.Subcommand
---@field run fun(call: ai_lsp.Call)
---@field takes? string[]|fun(): string[] The words that may follow.
---@field text? boolean Whether anything may follow.

---@type table<string, ai_lsp.Subcommand>
local subcommands = {}

--- The selection that a call is about, or where it was made in a file; nil elsewhere.
---@param call ai_lsp.Call
---@return ai_lsp.Selection?
local function selection_of(call)
  local client = server.client()
  return client and require('ai_lsp.selection').of(call, client.offset_encoding)
end

subcommands.chat = {
  text = true,
  run = function(call)
    local text = rest(call)
    local question = text ~= '' and { text = text } or nil
    require('ai_lsp.chat').open({ question = question, selection = selection_of(call), fresh = call.bang })
  end,
}

subcommands.explain = {
  text = true,
  run = function(call)
    local selection = call.range > 0 and selection_of(call) or require('ai_lsp.selection').here('line')
    if not selection then
      return say(M.why_not_running(), vim.log.levels.WARN)
    end
    local text = rest(call)
    local question = { text = text ~= '' and text or 'Explain this code.', command = 'explain' }
    require('ai_lsp.chat').open({ question = question, selection = selection, fresh = call.bang })
  end,
}

for name in pairs(code.changing) do
  subcommands[name] = {
    text = true,
    run = function(call)
      code.run(name, call, rest(call))
    end,
  }
end

subcommands.accept = {
  run = function()
    require('ai_lsp.proposal').accept()
  end,
}

subcommands.discard = {
  run = function()
    require('ai_lsp.proposal').discard()
  end,
}

subcommands.stop = {
  run = function()
    if not require('ai_lsp').stop() then
      say('no answer is coming')
    end
  end,
}

subcommands.provider = {
  text = true,
  takes = function()
    return require('ai_lsp.providers').known
  end,
  run = function(call)
    require('ai_lsp.providers').choose(call.fargs[2])
  end,
}

subcommands.model = {
  text = true,
  run = function(call)
    require('ai_lsp.providers').choose_model(call.fargs[2])
  end,
}

subcommands.status = {
  run = function()
    local client = server.client()
    if client then
      ask_status(client, say)
    else
      say(M.why_not_running(), vim.log.levels.WARN)
    end
  end,
}

subcommands.info = {
  run = function()
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
      api.nvim_echo({ { table.concat(lines, '\n') } }, true, {})
    end)
  end,
}

---@class ai_lsp.Switch
---@field is_on fun(): boolean
---@field switch fun(on: boolean)
---@field place fun(): string

---@type table<string, ai_lsp.Switch> by the word that follows
local switches = {
  buffer = {
    is_on = function()
      return inline.is_on(api.nvim_get_current_buf())
    end,
    switch = function(on)
      inline.switch(api.nvim_get_current_buf(), on)
    end,
    place = function()
      return ' in this buffer'
    end,
  },
  filetype = {
    is_on = function()
      return require('ai_lsp.config').wants(vim.bo.filetype)
    end,
    switch = function(on)
      server.switch_filetype(vim.bo.filetype, on)
    end,
    place = function()
      return (' for %s'):format(vim.bo.filetype)
    end,
  },
  everywhere = {
    is_on = function()
      return vim.lsp.is_enabled('ai_lsp')
    end,
    switch = function(on)
      vim.lsp.enable('ai_lsp', on)
    end,
    place = function()
      return ''
    end,
  },
}

for name, wanted in pairs({ enable = true, disable = false, toggle = 'other' }) do
  subcommands[name] = {
    takes = { 'buffer', 'filetype' },
    run = function(call)
      local one = switches[call.fargs[2] or 'everywhere']
      local on = wanted == 'other' and not one.is_on() or wanted == true
      one.switch(on)
      say(('switched %s%s'):format(on and 'on' or 'off', one.place()))
    end,
  }
end

subcommands.clear = {
  takes = { 'cache' },
  run = function()
    local client = server.client() or vim.lsp.get_clients({ name = 'ai_lsp' })[1]
    if not client then
      return say(M.why_not_running(), vim.log.levels.WARN)
    end
    client:request('workspace/executeCommand', { command = 'aiLsp.clearCache' }, function(err)
      say(err and err.message or 'the cache is empty now', err and vim.log.levels.ERROR)
    end)
  end,
}

subcommands.restart = {
  run = function()
    say('the server is restarted')
    server.restart()
  end,
}

subcommands.log = {
  run = function()
    local log = vim.lsp.log or require('vim.lsp.log')
    vim.cmd.tabedit(vim.fn.fnameescape(log.get_filename()))
    vim.cmd('normal! G')
  end,
}

---@return string[]
local function names()
  return vim.fn.sort(vim.tbl_keys(subcommands))
end

---@param name string
---@return string[]
local function words_after(name)
  local takes = subcommands[name] and subcommands[name].takes or {}
  return type(takes) == 'function' and takes() or takes --[[@as string[] ]]
end

---@param call ai_lsp.Call
function M.run(call)
  local name, where = call.fargs[1] or 'status', call.fargs[2]
  local subcommand = subcommands[name]
  if not subcommand then
    say(("no subcommand '%s'; there are: %s"):format(name, table.concat(names(), ', ')), vim.log.levels.ERROR)
  elseif where and not subcommand.text and not vim.list_contains(words_after(name), where) then
    say(("'%s' does not take '%s'"):format(name, where), vim.log.levels.ERROR)
  else
    subcommand.run(call)
  end
end

---@param lead string
---@param line string
---@return string[]
function M.complete(lead, line)
  local before = vim.split(vim.trim(line:sub(1, #line - #lead)), '%s+')
  local offered = names()
  if #before > 1 then
    offered = #before == 2 and words_after(before[2]) or {}
  end
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, offered)
end

return M
