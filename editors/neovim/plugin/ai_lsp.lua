if vim.g.loaded_ai_lsp then
  return
end
vim.g.loaded_ai_lsp = true

vim.api.nvim_create_user_command('AiLsp', function(call)
  require('ai_lsp.command').run(call.fargs)
end, {
  nargs = '*',
  complete = function(lead, line)
    return require('ai_lsp.command').complete(lead, line)
  end,
  desc = 'Show or change the state of ai-lsp',
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
