/** What a reply may become on the page. There is no image, no HTML and no attribute that fetches: what is not here cannot be shown. */

export type Tag =
  | 'a'
  | 'blockquote'
  | 'br'
  | 'code'
  | 'em'
  | 'h1'
  | 'h2'
  | 'h3'
  | 'h4'
  | 'h5'
  | 'h6'
  | 'hr'
  | 'li'
  | 'ol'
  | 'p'
  | 'pre'
  | 's'
  | 'strong'
  | 'table'
  | 'tbody'
  | 'td'
  | 'th'
  | 'thead'
  | 'tr'
  | 'ul';

export interface Element {
  readonly tag: Tag;
  readonly children: readonly Node[];
  /** Of `a` only, and https only. */
  readonly href?: string;
  /** Of `pre` only: what the author of the reply calls the language. */
  readonly language?: string;
  /** Of `ol` only: the number of its first item. */
  readonly start?: number;
}

export type Node = Element | string;

/** All the text in it, as a person reads it. */
export function textOf(node: Node): string {
  return typeof node === 'string' ? node : node.children.map(textOf).join('');
}
