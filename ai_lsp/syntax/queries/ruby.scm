(class) @scope.class
(singleton_class value: _ @name) @scope.class
(module) @scope.module
[(method) (singleton_method)] @scope.method

(call !receiver method: (identifier) @_call
  (#any-of? @_call "require" "require_relative" "load")) @import

(comment) @comment
[(string) (string_array) (symbol_array) (regex) (subshell) (heredoc_body)] @string
(interpolation) @code
