--- Which provider answers, and with which model: chosen from a list, and in force until Neovim ends.
local M = {}

local server = require('ai_lsp.server')
local say = require('ai_lsp.say')

---@class ai_lsp.Provider What the server reports of one.
---@field name string
---@field kind string
---@field model? string
---@field abilities string[]
---@field ok? boolean
---@field detail string
---@field configured boolean
---@field used_for string[]

---@type table<string, string> what a provider is used for, in words
local purposes = { completion = 'ghost text', chat = 'chat' }

---@type string[] the names that the server told last, to be completed on the command line
M.known = {}

--- Settings of the person's own, put over those that are in force: for servers that run, and those that will.
---@param change fun(settings: table)
local function change_settings(change)
  local options = type(vim.g.ai_lsp) == 'table' and vim.g.ai_lsp or {}
  options.settings = options.settings or {}
  change(options.settings)
  vim.g.ai_lsp = options
  vim.lsp.config(server.name, {}) -- is read anew for the next one
  for _, client in ipairs(vim.lsp.get_clients({ name = server.name })) do
    server.configure(client, change)
  end
end

---@param name string
---@param chats boolean whether it can chat
local function use(name, chats)
  change_settings(function(settings)
    local completion, chat = settings.completion or {}, settings.chat or {}
    completion.model, completion.provider = nil, not chats and name or nil
    if chats then
      settings.provider, chat.model, chat.provider = name, nil, nil
    end
    settings.completion = next(completion) and completion or nil
    settings.chat = next(chat) and chat or nil
  end)
  say(('%s is used for %s now'):format(name, chats and 'everything' or 'ghost text; it cannot chat'))
end

---@param purpose 'completion'|'chat'
---@param model string
local function use_model(purpose, model)
  change_settings(function(settings)
    settings[purpose] = vim.tbl_extend('force', settings[purpose] or {}, { model = model })
  end)
  say(('%s is the model for %s now'):format(model, purposes[purpose]))
end

---@param provider ai_lsp.Provider
---@return string
local function describe(provider)
  local uses = vim.tbl_map(function(use_of)
    return purposes[use_of] or use_of
  end, provider.used_for)
  local parts = { provider.name }
  if provider.model then
    parts[#parts + 1] = provider.model
  end
  if #uses > 0 then
    parts[#parts + 1] = 'in use for ' .. table.concat(uses, ' and ')
  end
  if provider.ok == false or (provider.ok == nil and provider.detail ~= '') then
    parts[#parts + 1] = provider.detail
  end
  return table.concat(parts, ' · ')
end

--- Ask the server for all providers. It looks at their services, which may take seconds.
---@param on_list fun(list: ai_lsp.Provider[])
local function ask(on_list)
  local client = server.client() or vim.lsp.get_clients({ name = server.name })[1]
  if not client then
    return say(require('ai_lsp.command').why_not_running(), vim.log.levels.WARN)
  end
  client:request('aiLsp/providers', vim.empty_dict(), function(err, list)
    if err then
      return say(err.message, vim.log.levels.ERROR)
    end
    list = server.plain(list)
    table.sort(list, function(one, other) -- those in use first, then the person's own
      local function rank(provider)
        return #provider.used_for > 0 and 0 or provider.configured and 1 or provider.ok and 2 or 3
      end
      return rank(one) == rank(other) and one.name < other.name or rank(one) < rank(other)
    end)
    M.known = vim.tbl_map(function(provider)
      return provider.name
    end, list)
    on_list(list)
  end)
end

--- Use a provider, chosen from a list where no name is given.
---@param name? string
function M.choose(name)
  ask(function(list)
    local function take(provider)
      if provider then
        use(provider.name, vim.list_contains(provider.abilities, 'chat'))
      end
    end
    if not name then
      local how = { prompt = 'ai-lsp, provider:', kind = 'ai_lsp.provider', format_item = describe }
      return vim.ui.select(list, how, take)
    end
    for _, provider in ipairs(list) do
      if provider.name == name then
        return take(provider)
      end
    end
    say(("no provider '%s'; there are: %s"):format(name, table.concat(M.known, ', ')), vim.log.levels.ERROR)
  end)
end

---@class ai_lsp.Use
---@field purpose 'completion'|'chat'
---@field provider ai_lsp.Provider

---@param use_of ai_lsp.Use
---@param name? string
local function choose_model_for(use_of, name)
  if name then
    return use_model(use_of.purpose, name)
  end
  local prompt = ('ai-lsp, model of %s for %s: '):format(use_of.provider.name, purposes[use_of.purpose])
  vim.ui.input({ prompt = prompt, default = use_of.provider.model }, function(given)
    if given and vim.trim(given) ~= '' then
      use_model(use_of.purpose, vim.trim(given))
    end
  end)
end

--- Use another model of a provider in use; the person says what for, and writes its name where none is given.
---@param name? string
function M.choose_model(name)
  ask(function(list)
    local uses = {}
    for _, provider in ipairs(list) do
      for _, purpose in ipairs(provider.used_for) do
        uses[#uses + 1] = { purpose = purpose, provider = provider }
      end
    end
    if #uses == 1 then
      return choose_model_for(uses[1], name)
    end
    local function format_item(use_of)
      return ('%s: %s · %s'):format(purposes[use_of.purpose], use_of.provider.name, use_of.provider.model or 'its own')
    end
    local how = { prompt = 'ai-lsp, a model for:', kind = 'ai_lsp.model', format_item = format_item }
    vim.ui.select(uses, how, function(use_of)
      if use_of then
        choose_model_for(use_of, name)
      end
    end)
  end)
end

return M
