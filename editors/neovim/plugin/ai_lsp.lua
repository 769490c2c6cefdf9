if vim.g.loaded_ai_lsp then
  return
end
vim.g.loaded_ai_lsp = true

vim.api.nvim_create_user_command('AiLsp', function(call)
  require('ai_lsp.command').run(call)
end, {
  nargs = '*',
  bang = true,
  range = true,
  complete = function(lead, line)
    return require('ai_lsp.command').complete(lead, line)
  end,
  desc = 'Ask, change code, or see and change the state of ai-lsp',
})

for name, action in pairs({
  AiLspAccept = 'accept',
  AiLspAcceptWord = 'accept_word',
  AiLspAcceptLine = 'accept_line',
  AiLspNext = 'next',
  AiLspPrev = 'prev',
  AiLspDismiss = 'dismiss',
}) do
  vim.keymap.set('i', ('<Plug>(%s)'):format(name), function()
    require('ai_lsp')[action]()
  end, { desc = 'ai-lsp: ' .. action:gsub('_', ' ') })
end

for _, name in ipairs({ 'Chat', 'Explain', 'Fix', 'Tests', 'Document', 'Refactor' }) do
  local subcommand = name:lower()
  vim.keymap.set({ 'n', 'x' }, ('<Plug>(AiLsp%s)'):format(name), (':AiLsp %s<CR>'):format(subcommand), {
    silent = true,
    desc = 'ai-lsp: ' .. subcommand,
  })
end

for name, subcommand in pairs({ AiLspAcceptChange = 'accept', AiLspDiscardChange = 'discard', AiLspStop = 'stop' }) do
  vim.keymap.set('n', ('<Plug>(%s)'):format(name), ('<Cmd>AiLsp %s<CR>'):format(subcommand), {
    desc = 'ai-lsp: ' .. subcommand,
  })
end

vim.keymap.set({ 'n', 'i' }, '<Plug>(AiLspChatSend)', function()
  require('ai_lsp.chat').send()
end, { desc = 'ai-lsp: ask what is written below the last heading' })
