--- One line for the person.
---@param text string
---@param level? integer one of vim.log.levels, by default INFO
return function(text, level)
  vim.notify('ai-lsp: ' .. text, level or vim.log.levels.INFO)
end
