(class_definition) @scope.class
(function_definition) @scope.function

[(import_statement) (import_from_statement) (future_import_statement)] @import

(comment) @comment
(string) @string
(interpolation) @code
