--- Conversations with a model, each in a page of its own: questions go out, answers come piece by piece, and can be
--- stopped. What was said is kept here and not read back from the page, so that the page may be edited at will.
local M = {}

local api = vim.api

local pages = require('ai_lsp.chat_page')
local questions = require('ai_lsp.chat_question')
local server = require('ai_lsp.server')
local say = require('ai_lsp.say')

---@class ai_lsp.Message
---@field role 'user'|'assistant'
---@field content string

---@alias ai_lsp.ChatEnd 'done'|'interrupted'|'stopped'|'failed'

---@class ai_lsp.Answering An answer that is under way.
---@field client vim.lsp.Client
---@field request_id? integer
---@field token string
---@field pieces string[] What has come so far.
---@field question string

---@class ai_lsp.Chat
---@field page ai_lsp.Page
---@field said ai_lsp.Message[]
---@field selection? ai_lsp.Selection What the next question is about.
---@field about? string What the last question was about, in words.
---@field conversation? string The server's name for it, while it knows what was said.
---@field client_id? integer The server that knows it.
---@field answering? ai_lsp.Answering

---@type table<integer, ai_lsp.Chat> by the page's buffer
local chats = {}
---@type table<string, ai_lsp.Chat> by the token under which their pieces come
local awaited = {}
---@type integer? the page that was asked or shown last
local latest
local counted = 0

--- Let autocommands know.
---@param event 'Asked'|'Delta'|'Answered'
---@param chat ai_lsp.Chat
---@param data table
local function tell(event, chat, data)
  data.buf = chat.page.buf
  api.nvim_exec_autocmds('User', { pattern = 'AiLspChat' .. event, modeline = false, data = data })
end

--- Who gave an answer, in a few words.
---@param answer table
---@return string
local function from(answer)
  local parts = { answer.provider, answer.model }
  local tokens = type(answer.usage) == 'table' and answer.usage.outputTokens
  if type(tokens) == 'number' then
    parts[#parts + 1] = ('%d tokens'):format(tokens)
  end
  return table.concat(parts, ' · ')
end

--- The answer under way is over, one way or another. What has come of it stays, on the page and in what was said.
---@param chat ai_lsp.Chat
---@param how ai_lsp.ChatEnd
---@param sentence? string for the person
---@param answer? table
local function finish(chat, how, sentence, answer)
  local answering = assert(chat.answering)
  chat.answering = nil
  awaited[answering.token] = nil
  local content = table.concat(answering.pieces)
  if api.nvim_buf_is_valid(chat.page.buf) then
    if sentence then
      chat.page:remark(sentence)
    end
    chat.page:end_answer(answer and from(answer) or how)
    if how == 'failed' and content == '' then
      chat.page:set_question(answering.question) -- to be asked again
    end
  end
  if content ~= '' then
    table.insert(chat.said, { role = 'user', content = answering.question })
    table.insert(chat.said, { role = 'assistant', content = content })
  end
  chat.conversation = answer and answer.conversationId
  chat.client_id = answering.client.id
  vim.cmd.redrawstatus({ bang = true })
  tell('Answered', chat, { how = how, content = content, error = sentence })
end

---@param chat ai_lsp.Chat
---@param text string
local function add_piece(chat, text)
  table.insert(chat.answering.pieces, text)
  if api.nvim_buf_is_valid(chat.page.buf) then
    chat.page:append(text)
  end
  tell('Delta', chat, { content = text })
end

---@param chat ai_lsp.Chat
---@param err? lsp.ResponseError
---@param answer? table
local function on_answer(chat, err, answer)
  if err or not answer then
    return finish(chat, 'failed', err and err.message or 'the server gave no answer')
  end
  local shown = table.concat(chat.answering.pieces)
  if not answer.streamed and shown ~= answer.content and vim.startswith(answer.content, shown) then
    add_piece(chat, answer.content:sub(#shown + 1))
  end
  finish(chat, answer.finishReason == 'interrupted' and 'interrupted' or 'done', nil, answer)
end

--- Send a question, and put it and the heading of its answer on the page.
---@param chat ai_lsp.Chat
---@param client vim.lsp.Client
---@param question ai_lsp.Question
local function ask(chat, client, question)
  counted = counted + 1
  local token = ('ai_lsp-chat-%d'):format(counted)
  local params = questions.params(chat, client, question, token)
  local about = params.textDocument and require('ai_lsp.selection').describe(chat.selection)
  chat.page:set_question(question.text, about ~= chat.about and about or nil)
  chat.about = about
  chat.page:begin_answer()
  local answering = { client = client, token = token, pieces = {}, question = question.text }
  chat.answering, awaited[token], latest = answering, chat, chat.page.buf
  local buf = chat.selection and api.nvim_buf_is_valid(chat.selection.buf) and chat.selection.buf or chat.page.buf
  local sent, id = client:request('aiLsp/chat', params, function(err, answer)
    if chat.answering == answering then
      on_answer(chat, err, server.plain(answer))
    end
  end, buf)
  if chat.selection then
    chat.selection.range = nil -- the next question is about the file, unless it says otherwise
  end
  if not sent then
    return finish(chat, 'failed', 'the server is gone; `:AiLsp restart` brings it back')
  end
  answering.request_id = id
  vim.cmd.redrawstatus({ bang = true })
  tell('Asked', chat, { content = question.text })
end

--- The server that a conversation goes through: the one of the code, else any.
---@param chat ai_lsp.Chat
---@return vim.lsp.Client?
local function client_of(chat)
  local buf = chat.selection and chat.selection.buf
  local own = buf and api.nvim_buf_is_valid(buf) and server.client(buf)
  return own or vim.lsp.get_clients({ name = server.name })[1]
end

---@param chat ai_lsp.Chat
---@param question ai_lsp.Question
local function put(chat, question)
  if chat.answering then
    return say('an answer is coming; <C-c> or `:AiLsp stop` stops it', vim.log.levels.WARN)
  end
  local client = client_of(chat)
  if not client then
    return say('no server is running; open a file of your project, or see `:AiLsp status`', vim.log.levels.WARN)
  end
  ask(chat, client, question)
end

---@param buf integer
local function map_keys(buf)
  local function map(modes, key, action, what)
    vim.keymap.set(modes, key, action, { buffer = buf, desc = 'ai-lsp: ' .. what })
  end
  map('n', '<CR>', '<Plug>(AiLspChatSend)', 'ask what is written below the last heading')
  map({ 'n', 'i' }, '<C-s>', '<Plug>(AiLspChatSend)', 'ask what is written below the last heading')
  vim.keymap.set({ 'n', 'i' }, '<C-c>', function()
    return M.stop(buf) and '' or '<C-c>'
  end, { buffer = buf, expr = true, desc = 'ai-lsp: stop the answer' })
end

---@return ai_lsp.Chat
local function new_chat()
  counted = counted + 1
  local chat = { page = pages.new(counted), said = {} }
  local buf = chat.page.buf
  chats[buf] = chat
  map_keys(buf)
  api.nvim_create_autocmd('BufWipeout', {
    buffer = buf,
    callback = function()
      M.stop(buf)
      chats[buf] = nil
    end,
  })
  return chat
end

--- The conversation to go on with: the one of the current buffer, else the last one, else a new one.
---@return ai_lsp.Chat
local function current_chat()
  return chats[api.nvim_get_current_buf()] or latest and chats[latest] or new_chat()
end

--- Open a conversation, and ask at once where there is something to ask.
---@param options { question?: ai_lsp.Question, selection?: ai_lsp.Selection, fresh?: boolean }
function M.open(options)
  local chat = options.fresh and new_chat() or current_chat()
  latest = chat.page.buf
  if not chats[api.nvim_get_current_buf()] then -- the page itself is not what is talked about
    chat.selection = options.selection or chat.selection
  end
  chat.page:show(require('ai_lsp.config').get().chat)
  if options.question then
    put(chat, options.question)
  elseif chat.answering == nil then
    vim.cmd.startinsert()
  end
end

--- Show an answer that was given outside of a conversation, to be talked about.
---@param question string
---@param answer table
function M.show(question, answer)
  local chat = new_chat()
  latest = chat.page.buf
  chat.page:show(require('ai_lsp.config').get().chat)
  chat.page:set_question(question)
  chat.page:begin_answer()
  chat.page:append(answer.content)
  chat.page:end_answer(from(answer))
  chat.said = { { role = 'user', content = question }, { role = 'assistant', content = answer.content } }
end

--- Ask what is written below the last heading of the current page.
function M.send()
  local chat = chats[api.nvim_get_current_buf()]
  local text = chat and not chat.answering and chat.page:written()
  if not chat then
    say('this buffer is no chat; `:AiLsp chat` opens one', vim.log.levels.WARN)
  elseif text == '' then
    say('write a question below the last heading', vim.log.levels.INFO)
  else
    vim.cmd.stopinsert()
    put(chat, { text = text or '' })
  end
end

--- Stop the answer that is coming in a page, by default in the current one or else in any.
---@param buf? integer
---@return boolean whether there was one
function M.stop(buf)
  local wanted = buf or api.nvim_get_current_buf()
  local chat = chats[wanted]
  if not buf and not chat then
    chat = select(2, next(awaited))
  end
  local answering = chat and chat.answering
  if not answering then
    return false
  end
  if answering.request_id then
    answering.client:cancel_request(answering.request_id)
  end
  vim.schedule(function() -- an <expr> mapping may not change text
    if chat.answering == answering then
      finish(chat, 'stopped', 'stopped')
    end
  end)
  return true
end

--- A server has ended: what it was answering ends there.
---@param client_id integer
function M.server_ended(client_id)
  for _, chat in pairs(vim.tbl_values(awaited)) do
    if chat.answering.client.id == client_id then
      finish(chat, 'failed', 'the server ended before the answer was complete')
    end
  end
end

--- Take a piece of an answer.
---@param params { token: string|integer, value: any }
---@return boolean whether it was one
function M.on_progress(params)
  local value = params.value
  if type(value) ~= 'table' or value.kind ~= 'delta' then
    return false
  end
  local chat = awaited[params.token]
  if chat and type(value.content) == 'string' then
    add_piece(chat, value.content)
  end
  return true
end

--- Whether an answer is coming anywhere.
---@return boolean
function M.is_busy()
  return next(awaited) ~= nil
end

--- What stands above a page.
---@return string in the form of 'statusline'
function M.winbar()
  local chat = chats[api.nvim_get_current_buf()]
  local client = chat and client_of(chat)
  local where = client and '' or ' · no server is running'
  local keys = chat and chat.answering and 'answering … <C-c> stops' or '<CR> asks'
  return (' ai-lsp chat%s%%=%s '):format(where, keys)
end

return M
