--- Commands on code: what a model makes of the selected lines. What it explains goes to the chat; what it would change
--- is shown as a proposal.
local M = {}

local api = vim.api

local proposal = require('ai_lsp.proposal')
local selections = require('ai_lsp.selection')
local server = require('ai_lsp.server')
local say = require('ai_lsp.say')

local namespace = api.nvim_create_namespace('ai_lsp.code')

---@type table<string, string> the commands that change code, and what a request to the model is called meanwhile
M.changing = { fix = 'fixing', tests = 'writing tests', document = 'documenting', refactor = 'refactoring' }

---@class ai_lsp.Work A command that is under way.
---@field client vim.lsp.Client
---@field request_id? integer
---@field buf integer
---@field mark integer

---@type table<ai_lsp.Work, true>
local under_way = {}

---@param work ai_lsp.Work
local function finish(work)
  under_way[work] = nil
  if api.nvim_buf_is_valid(work.buf) then
    api.nvim_buf_del_extmark(work.buf, namespace, work.mark)
  end
end

--- What the server says came of a command.
---@param name string
---@param client vim.lsp.Client
---@param answer table
local function show(name, client, answer)
  local is_offered = type(answer.newText) == 'string'
  if is_offered then
    proposal.offer(name, answer, client.offset_encoding)
  end
  if type(answer.message) == 'string' then
    say(answer.message, vim.log.levels.WARN)
  elseif not is_offered then
    say('the model offers no change', vim.log.levels.WARN)
  end
  if is_offered then
    return
  end
  if type(answer.content) == 'string' and answer.content ~= '' then
    require('ai_lsp.chat').show(name, answer)
  end
end

---@param name string
---@param argument table what the server's command takes
---@param client vim.lsp.Client
local function request(name, argument, client)
  local buf = vim.uri_to_bufnr(argument.textDocument.uri)
  local sign = { { (' ai-lsp is %s … `:AiLsp stop` stops it'):format(M.changing[name]), 'Comment' } }
  local row = math.min(argument.range.start.line, api.nvim_buf_line_count(buf) - 1)
  local mark = api.nvim_buf_set_extmark(buf, namespace, row, 0, { virt_text = sign, virt_text_pos = 'eol' })
  local work = { client = client, buf = buf, mark = mark }
  under_way[work] = true
  local command = { command = 'aiLsp.' .. name, arguments = { argument } }
  local sent, id = client:request('workspace/executeCommand', command, function(err, answer)
    if not under_way[work] then
      return
    end
    finish(work)
    if err or type(answer) ~= 'table' then
      say(err and err.message or 'the server gave no answer', vim.log.levels.ERROR)
    else
      show(name, client, server.plain(answer))
    end
  end, buf)
  work.request_id = id
  if not sent then
    finish(work)
    say('the server is gone; `:AiLsp restart` brings it back', vim.log.levels.ERROR)
  end
end

--- Run a command on the selected lines, or on what is around the cursor.
---@param name string one of `changing`
---@param call ai_lsp.Call
---@param instruction string
function M.run(name, call, instruction)
  local client = server.client()
  if not client then
    return say(require('ai_lsp.command').why_not_running(), vim.log.levels.WARN)
  end
  local selection = selections.of(call, client.offset_encoding)
  local argument = {
    textDocument = { uri = vim.uri_from_bufnr(selection.buf) },
    range = selection.range or { start = selection.cursor, ['end'] = selection.cursor },
    instruction = instruction ~= '' and instruction or nil,
    diagnostics = require('ai_lsp.diagnostics').of(selection.buf, selection.range, client.offset_encoding),
  }
  if name ~= 'refactor' or instruction ~= '' then
    return request(name, argument, client)
  end
  vim.ui.input({ prompt = 'ai-lsp, how should the code be changed? ' }, function(given)
    if given and vim.trim(given) ~= '' then
      argument.instruction = given
      request(name, argument, client)
    end
  end)
end

--- Run the command of a code action that the person has chosen.
---@param command lsp.Command
---@param context { client_id: integer }
function M.execute(command, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local name = command.command:gsub('^aiLsp%.', '')
  local argument = vim.deepcopy((command.arguments or {})[1] or {})
  argument.showResult = nil -- it is shown here
  if not client or not argument.textDocument then
    return
  elseif M.changing[name] then
    return request(name, argument, client)
  end
  local buf = vim.uri_to_bufnr(argument.textDocument.uri)
  local selection = { buf = buf, range = argument.range, cursor = argument.range.start }
  local question = { text = 'Explain this code.', command = name }
  require('ai_lsp.chat').open({ selection = selection, question = question })
end

--- Stop all commands that are under way.
---@return boolean whether there were any
function M.stop()
  local found = next(under_way) ~= nil
  for work in pairs(under_way) do
    if work.request_id then
      work.client:cancel_request(work.request_id)
    end
    finish(work)
  end
  return found
end

--- A server has ended: what it was working on ends there.
---@param client_id integer
function M.server_ended(client_id)
  for work in pairs(under_way) do
    if work.client.id == client_id then
      finish(work)
      say('the server ended before its answer was complete', vim.log.levels.ERROR)
    end
  end
end

---@return boolean whether any is under way
function M.is_busy()
  return next(under_way) ~= nil
end

return M
