(function_declaration) @scope.function
(method_declaration) @scope.method
(type_spec type: (struct_type (field_declaration_list) @body)) @scope.struct
(type_spec type: (interface_type "{" @body)) @scope.interface
(short_var_declaration
  left: (expression_list . (identifier) @name .)
  right: (expression_list . (func_literal) @value .)) @scope.function

(import_declaration) @import

(comment) @comment
[(interpreted_string_literal) (raw_string_literal) (rune_literal)] @string
