[(function_item) (function_signature_item)] @scope.function
(impl_item type: _ @name) @scope.impl
(trait_item) @scope.trait
(mod_item) @scope.module
[(struct_item) (union_item)] @scope.struct
(enum_item) @scope.enum
(macro_definition "{" @body) @scope.macro

[(use_declaration) (extern_crate_declaration)] @import

[(line_comment) (block_comment)] @comment
[(string_literal) (raw_string_literal) (char_literal)] @string
