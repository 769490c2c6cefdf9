(namespace_definition) @scope.namespace
(class_specifier name: (_) body: (_)) @scope.class
(struct_specifier name: (_) body: (_)) @scope.struct
(union_specifier name: (_) body: (_)) @scope.union
(enum_specifier name: (_) body: (_)) @scope.enum
(concept_definition) @scope.concept
(function_definition
  declarator: [
    (function_declarator declarator: (_) @name)
    (pointer_declarator declarator: (function_declarator declarator: (_) @name))
    (reference_declarator (function_declarator declarator: (_) @name))
    (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name)))
  ]) @scope.function

[(preproc_include) (using_declaration)] @import

(comment) @comment
[(string_literal) (raw_string_literal) (char_literal) (system_lib_string)] @string
