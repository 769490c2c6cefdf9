(namespace_definition body: _) @scope.namespace
(class_declaration) @scope.class
(interface_declaration) @scope.interface
(trait_declaration) @scope.trait
(enum_declaration) @scope.enum
(function_definition) @scope.function
(method_declaration) @scope.method
(assignment_expression left: _ @name right: [(anonymous_function) (arrow_function)] @value) @scope.function

(namespace_use_declaration) @import
(expression_statement [
  (require_expression)
  (require_once_expression)
  (include_expression)
  (include_once_expression)
]) @import

(comment) @comment
[(string) (encapsed_string) (heredoc) (nowdoc) (shell_command_expression)] @string
