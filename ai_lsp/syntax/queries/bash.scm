(function_definition) @scope.function

(command name: (command_name (word) @_name)
  (#any-of? @_name "source" ".")) @import

(comment) @comment
[(string) (raw_string) (ansi_c_string) (heredoc_body)] @string
(command_substitution) @code
