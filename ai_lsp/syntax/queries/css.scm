(rule_set (selectors) @name (block) @body) @scope.rule
(media_statement . (_) @name (block) @body) @scope.media
(supports_statement . (_) @name (block) @body) @scope.supports
(keyframes_statement (keyframes_name) @name (keyframe_block_list) @body) @scope.keyframes

(import_statement) @import

[(comment) (js_comment)] @comment
(string_value) @string
