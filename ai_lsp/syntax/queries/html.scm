[
  (element (start_tag (tag_name) @name) . (_) @body)
  (script_element (start_tag (tag_name) @name) . (_) @body)
  (style_element (start_tag (tag_name) @name) . (_) @body)
] @scope.element

(script_element (start_tag (attribute (attribute_name) @_name))
  (#eq? @_name "src")) @import
(element (start_tag (tag_name) @_tag)
  (#eq? @_tag "link")) @import

(comment) @comment
(quoted_attribute_value) @string
