(class_declaration) @scope.class
(interface_declaration) @scope.interface
(enum_declaration) @scope.enum
(record_declaration) @scope.record
(annotation_type_declaration) @scope.annotation
[(method_declaration) (constructor_declaration) (compact_constructor_declaration)] @scope.method

(import_declaration) @import

[(line_comment) (block_comment)] @comment
[(string_literal) (character_literal)] @string
(string_interpolation) @code
