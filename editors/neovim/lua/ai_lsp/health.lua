--- `:checkhealth ai_lsp`.
local M = {}

local health = vim.health

local function check_neovim()
  health.start('ai-lsp: Neovim')
  local version = 'Nvim ' .. tostring(vim.version()):gsub('%+.*', '')
  if vim.fn.has('nvim-0.12') == 1 then
    health.ok(version)
  elseif vim.fn.has('nvim-0.11') == 1 then
    health.ok(version .. ': the plugin draws ghost text by itself; from 0.12 on Nvim does')
  else
    health.error(version .. ' is too old', { 'Install Nvim 0.11 or newer.' })
  end
end

local function check_options()
  health.start('ai-lsp: options')
  local problems = require('ai_lsp.config').problems()
  for _, problem in ipairs(problems) do
    health.error(problem, { 'See :help ai_lsp-options.' })
  end
  if #problems == 0 then
    health.ok(vim.g.ai_lsp and 'vim.g.ai_lsp is understood' or 'defaults, vim.g.ai_lsp is not set')
  end
end

---@param cmd string[]
local function check_version(cmd)
  local done = vim.system({ cmd[1], '--version' }, { text = true, timeout = 10000 }):wait()
  if done.code == 0 then
    health.ok(('server: %s (%s)'):format(vim.trim(done.stdout), vim.fn.exepath(cmd[1])))
  else
    local said = vim.trim(done.stderr ~= '' and done.stderr or done.stdout or '')
    health.error(('`%s --version` fails with code %d: %s'):format(cmd[1], done.code, said), {
      'Install the server anew: uv tool install ai-lsp, or pipx install ai-lsp.',
    })
  end
end

local function check_command()
  health.start('ai-lsp: server')
  local cmd = vim.lsp.config.ai_lsp.cmd
  if type(cmd) ~= 'table' then
    health.info('the server is started by a Lua function')
  elseif vim.fn.executable(cmd[1]) == 0 then
    health.error(('`%s` is not installed or not on PATH'):format(cmd[1]), {
      'Install it: uv tool install ai-lsp, or pipx install ai-lsp.',
      "Or name it: vim.g.ai_lsp = { cmd = { '/path/to/ai-lsp', 'serve' } }",
    })
  else
    check_version(cmd)
  end
end

---@param client vim.lsp.Client
local function check_status(client)
  local answer, timeout = client:request_sync('aiLsp/status', vim.empty_dict(), 2000)
  if not answer or answer.err then
    health.error('the server does not tell its status: ' .. (answer and answer.err.message or timeout))
  elseif answer.result.kind == 'error' or answer.result.kind == 'warning' then
    health.warn(require('ai_lsp.server').describe(answer.result), { 'Run `ai-lsp doctor` in a terminal.' })
  else
    health.ok(require('ai_lsp.server').describe(answer.result))
  end
end

--- Who answers, and whether they can. Asks their services, which costs nothing.
---@param client vim.lsp.Client
local function check_providers(client)
  health.start('ai-lsp: providers')
  local answer, timeout = client:request_sync('aiLsp/providers', vim.empty_dict(), 15000)
  if not answer or answer.err then
    return health.error('the server does not tell its providers: ' .. (answer and answer.err.message or timeout))
  end
  local has_chat = false
  for _, provider in ipairs(require('ai_lsp.server').plain(answer.result)) do
    for _, purpose in ipairs(provider.used_for) do
      has_chat = has_chat or purpose == 'chat'
      local use = purpose == 'chat' and 'chat' or 'ghost text'
      local who = ('%s: %s · %s'):format(use, provider.name, provider.model or '')
      if provider.ok == false then
        health.warn(('%s: %s'):format(who, provider.detail), { 'Run `ai-lsp doctor` in a terminal.' })
      else
        health.ok(('%s (key: %s)'):format(who, provider.key))
      end
    end
  end
  if not has_chat then
    health.info('chat: no provider that can chat is in use; `:AiLsp provider` shows which there are')
  end
end

local function check_clients()
  health.start('ai-lsp: running')
  if not vim.lsp.is_enabled('ai_lsp') then
    health.warn('not enabled', { "Put vim.lsp.enable('ai_lsp') into your init.lua." })
    return
  end
  local clients = vim.lsp.get_clients({ name = 'ai_lsp' })
  if #clients == 0 then
    health.warn('enabled, but no file is attached', { 'Open a file, then run :AiLsp status there.' })
  end
  for _, client in ipairs(clients) do
    local buffers = vim.tbl_count(client.attached_buffers)
    local where = client.root_dir or 'files outside of any project'
    health.ok(('%s: %d buffer(s), encoding %s'):format(where, buffers, client.offset_encoding))
    if not client:supports_method('textDocument/inlineCompletion') then
      health.error('the server offers no inline completion', { 'Install a newer ai-lsp.' })
    end
    check_status(client)
  end
  if clients[1] then
    check_providers(clients[1])
  end
end

function M.check()
  check_neovim()
  check_options()
  check_command()
  check_clients()
end

return M
