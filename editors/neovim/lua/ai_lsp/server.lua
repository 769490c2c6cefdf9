--- The server as this editor sees it: where it runs, and what it says of itself.
local M = {}

local say = require('ai_lsp.say')

M.name = 'ai_lsp'

--- How often a server that ends by itself is brought back, within how many milliseconds, and after how many.
local MOST_REVIVALS, MOST_WITHIN, REVIVED_AFTER = 4, 180000, 200

---@alias ai_lsp.Kind 'normal'|'busy'|'warning'|'error'|'inactive'

---@class ai_lsp.Status
---@field kind ai_lsp.Kind
---@field message string
---@field provider? string
---@field model? string
---@field lastEmpty? { reason: string, detail: string }

---@type table<integer, ai_lsp.Status> by client id
local said = {}

--- The running client of a buffer.
---@param buf? integer
---@return vim.lsp.Client?
function M.client(buf)
  return vim.lsp.get_clients({ name = M.name, bufnr = buf or 0 })[1]
end

--- What the server of a buffer said of itself last.
---@param buf? integer
---@return ai_lsp.Status?
function M.last_status(buf)
  local client = M.client(buf)
  return client and said[client.id]
end

--- Neovim passes over a server that is not installed without a word; the person is told once.
function M.warn_if_missing()
  local cmd = vim.lsp.is_enabled(M.name) and vim.lsp.config[M.name].cmd
  if type(cmd) == 'table' and vim.fn.executable(cmd[1]) == 0 then
    local text = 'ai-lsp: the server `%s` is not installed or not on PATH; see :checkhealth ai_lsp'
    vim.notify_once(text:format(cmd[1]), vim.log.levels.WARN)
  end
end

--- Only real files of wanted filetypes have a server: no help page, no terminal, no view of another plugin.
---@param buf integer
---@param on_dir fun(root?: string)
function M.root_dir(buf, on_dir)
  local name = vim.api.nvim_buf_get_name(buf)
  local is_file = vim.bo[buf].buftype == '' and name ~= '' and not name:match('^%a[%w+.-]+://')
  if is_file and require('ai_lsp.config').wants(vim.bo[buf].filetype) then
    on_dir(vim.fs.root(buf, vim.lsp.config[M.name].root_markers or {}))
  end
end

--- A value that came as JSON, with nothing where it says null: Nvim 0.12 hands on `vim.NIL`.
---@generic T
---@param value T
---@return T
function M.plain(value)
  if value == vim.NIL then
    return nil
  elseif type(value) == 'table' then
    for key, inner in pairs(value) do
      value[key] = M.plain(inner)
    end
  end
  return value
end

---@param value any a value that came as JSON
---@return boolean
local function is_text(value)
  return type(value) == 'string' and value ~= ''
end

---@type table<ai_lsp.Kind, string>
local in_words = { normal = 'ready', busy = 'busy', warning = 'warning', error = 'not working', inactive = 'off here' }

--- A status in one line for the person.
---@param status ai_lsp.Status
---@return string
function M.describe(status)
  local parts = { is_text(status.message) and status.message or in_words[status.kind] or 'running' }
  if is_text(status.provider) then
    parts[#parts + 1] = 'provider ' .. status.provider
  end
  if is_text(status.model) then
    parts[#parts + 1] = 'model ' .. status.model
  end
  local empty = status.lastEmpty
  if type(empty) == 'table' then
    parts[#parts + 1] = 'nothing was suggested last: ' .. (is_text(empty.detail) and empty.detail or empty.reason)
  end
  return table.concat(parts, ' · ')
end

--- Remember what the server says of itself, and let status lines and autocommands know.
---@param client_id integer
---@param status? ai_lsp.Status
function M.told(client_id, status)
  said[client_id] = status
  vim.schedule(function() -- the client counts as attached only after on_attach
    vim.api.nvim_exec_autocmds('User', { pattern = 'AiLspStatus', modeline = false, data = status })
    vim.cmd.redrawstatus({ bang = true })
  end)
end

---@param client vim.lsp.Client
---@param buf integer
function M.on_attach(client, buf)
  require('ai_lsp.inline').attach(buf)
  require('ai_lsp.diagnostics_feed').attach(client, buf)
  M.told(client.id, said[client.id] or { kind = 'normal', message = '' })
end

--- Give a server other settings than it has.
---@param client vim.lsp.Client
---@param change fun(settings: table) changes the section `aiLsp`
function M.configure(client, change)
  local settings = vim.deepcopy(client.settings or {})
  settings.aiLsp = settings.aiLsp or {}
  change(settings.aiLsp)
  client.settings = settings
  client:notify('workspace/didChangeConfiguration', { settings = settings })
end

--- Let files of a type have a server or not, those that are open as well.
---@param filetype string
---@param on boolean
function M.switch_filetype(filetype, on)
  local options = type(vim.g.ai_lsp) == 'table' and vim.g.ai_lsp or {}
  options.filetypes = vim.tbl_extend('force', options.filetypes or {}, { [filetype] = on })
  vim.g.ai_lsp = options
  if on then
    return vim.lsp.enable(M.name)
  end
  for _, client in ipairs(vim.lsp.get_clients({ name = M.name })) do
    for buf in pairs(client.attached_buffers) do
      if vim.bo[buf].filetype == filetype then
        vim.lsp.buf_detach_client(buf, client.id)
      end
    end
  end
end

--- When servers ended by themselves, in milliseconds.
---@type integer[]
local ended = {}

--- Bring a server back that has ended by itself, but not one that goes on ending.
---@param how string
local function revive(how)
  local now = vim.uv.now()
  ended = vim.tbl_filter(function(before)
    return now - before < MOST_WITHIN
  end, ended)
  table.insert(ended, now)
  if #ended > MOST_REVIVALS then
    local what_now = '`:AiLsp log` may say why, `:AiLsp restart` tries once more'
    return say(('the server ended again (%s) and is not restarted; %s'):format(how, what_now), vim.log.levels.ERROR)
  end
  say(('the server ended by itself (%s); it is restarted'):format(how), vim.log.levels.WARN)
  vim.defer_fn(function()
    if vim.lsp.is_enabled(M.name) then
      vim.lsp.enable(M.name) -- starts it for all files that are open
    end
  end, REVIVED_AFTER)
end

---@param code integer
---@param signal integer
---@param client_id integer
function M.on_exit(code, signal, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  local is_wanted = (code == 0 and signal == 0) or (client ~= nil and client._is_stopping == true)
  M.told(client_id, nil)
  vim.schedule(function()
    if vim.v.exiting ~= vim.NIL then
      return
    end
    require('ai_lsp.chat').server_ended(client_id)
    require('ai_lsp.code').server_ended(client_id)
    if not is_wanted and vim.lsp.is_enabled(M.name) then
      revive(signal ~= 0 and ('signal %d'):format(signal) or ('code %d'):format(code))
    end
  end)
end

--- Stop all servers and start them anew.
---@param on_stopped? fun()
function M.restart(on_stopped)
  ended = {}
  vim.lsp.enable(M.name, false)
  local tries = 0
  local function go_on()
    tries = tries + 1
    local clients = vim.lsp.get_clients({ name = M.name, _uninitialized = true })
    if #clients == 0 then
      vim.lsp.enable(M.name)
      return on_stopped and on_stopped()
    end
    for _, client in ipairs(tries == 20 and clients or {}) do
      client:stop(true)
    end
    vim.defer_fn(go_on, 100)
  end
  go_on()
end

--- What the server may have done at this end: nothing but what the person has asked for, and sees before it is done.
---@type table<string, fun(command: lsp.Command, context: table)>
M.commands = {}
for _, name in ipairs({ 'explain', 'fix', 'tests', 'document', 'refactor' }) do
  M.commands['aiLsp.' .. name] = function(command, context)
    require('ai_lsp.code').execute(command, context)
  end
end

---@type table<string, lsp.Handler>
M.handlers = {
  ['workspace/applyEdit'] = function()
    return { applied = false, failureReason = 'changes are shown to the person first' }
  end,
  ['window/showDocument'] = function()
    return { success = false }
  end,
  ['$/progress'] = function(err, params, ctx)
    if not require('ai_lsp.chat').on_progress(params) then
      return vim.lsp.handlers['$/progress'](err, params, ctx)
    end
  end,
  ['aiLsp/status'] = function(_, status, ctx)
    M.told(ctx.client_id, status)
  end,
  ['aiLsp/refresh'] = function(_, told)
    local buf = vim.api.nvim_get_current_buf()
    if type(told) == 'table' and told.uri == vim.uri_from_bufnr(buf) then
      require('ai_lsp.inline').ask(buf)
    end
  end,
}

return M
