(function_definition
  declarator: [
    (function_declarator declarator: (_) @name)
    (pointer_declarator declarator: (function_declarator declarator: (_) @name))
    (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name)))
  ]) @scope.function
(struct_specifier name: (_) body: (_)) @scope.struct
(union_specifier name: (_) body: (_)) @scope.union
(enum_specifier name: (_) body: (_)) @scope.enum
(type_definition
  type: [(struct_specifier !name body: _ @body) (union_specifier !name body: _ @body) (enum_specifier !name body: _ @body)]
  declarator: (type_identifier) @name) @scope.type

(preproc_include) @import

(comment) @comment
[(string_literal) (char_literal) (system_lib_string)] @string
