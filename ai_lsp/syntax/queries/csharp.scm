(namespace_declaration) @scope.namespace
(class_declaration) @scope.class
(interface_declaration) @scope.interface
(struct_declaration) @scope.struct
(enum_declaration) @scope.enum
(record_declaration) @scope.record
[(method_declaration) (constructor_declaration)] @scope.method
(property_declaration accessors: _ @body) @scope.property
(local_function_statement) @scope.function

(using_directive) @import

(comment) @comment
[
  (string_literal)
  (verbatim_string_literal)
  (raw_string_literal)
  (interpolated_string_expression)
  (character_literal)
] @string
(interpolation) @code
