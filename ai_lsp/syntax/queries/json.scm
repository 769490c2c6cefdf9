(pair key: (string (string_content) @name) value: [(object) (array)] @body) @scope.key

(comment) @comment
(string) @string
