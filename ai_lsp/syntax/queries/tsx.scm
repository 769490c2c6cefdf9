[(class_declaration) (abstract_class_declaration) (class)] @scope.class
(interface_declaration) @scope.interface
(enum_declaration) @scope.enum
(type_alias_declaration value: (object_type) @body) @scope.type
[(internal_module) (module)] @scope.namespace
[(function_declaration) (generator_function_declaration) (function_signature)] @scope.function
[(method_definition) (method_signature) (abstract_method_signature)] @scope.method

(variable_declarator name: (identifier) value: [(arrow_function) (function_expression)] @value) @scope.function
(variable_declarator name: (identifier) value: (class) @value) @scope.class
(assignment_expression left: _ @name right: [(arrow_function) (function_expression)] @value) @scope.function
(pair key: _ @name value: [(arrow_function) (function_expression)] @value) @scope.function
(public_field_definition value: (arrow_function) @value) @scope.method

(import_statement) @import
(export_statement source: _) @import
(variable_declarator value: (call_expression function: (identifier) @_call)
  (#eq? @_call "require")) @import

(comment) @comment
[(string) (template_string) (regex) (jsx_text)] @string
(template_substitution) @code
