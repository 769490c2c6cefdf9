/** From Markdown to the tree of what may be shown. The parser is markdown-it; what it finds is copied only where the tree has a name for it. */

import MarkdownIt from 'markdown-it';
import { safeLink } from './link';
import type { Element, Node, Tag } from './tree';

type Token = MarkdownIt.Token;

export interface Block {
  readonly element: Element;
  /** Its first line, and the line after its last one. */
  readonly lines: readonly [number, number];
  /** What opened it, where it is code between fences. */
  readonly fence?: string;
}

const TAGS: ReadonlySet<string> = new Set<Tag>([
  'a', 'blockquote', 'br', 'code', 'em', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'hr', 'li',
  'ol', 'p', 'pre', 's', 'strong', 'table', 'tbody', 'td', 'th', 'thead', 'tr', 'ul',
]);

const parser = makeParser();

/** The blocks that stand one after the other, in the order of the text. */
export function parseBlocks(markdown: string): Block[] {
  const tokens = parser.parse(markdown, {});
  const blocks: Block[] = [];
  for (let at = 0; at < tokens.length; ) {
    const first = tokens[at] as Token;
    const after = end(tokens, at);
    const [element] = nodes(tokens.slice(at, after));
    if (element !== undefined && typeof element !== 'string' && first.map !== null) {
      blocks.push({ element, lines: first.map, ...(first.type === 'fence' ? { fence: first.markup } : {}) });
    }
    at = after;
  }
  return blocks;
}

/** References are off: what a reply means must not hang on lines that come later. */
function makeParser(): MarkdownIt.MarkdownIt {
  const made = new MarkdownIt({ html: false, linkify: true, breaks: false, maxNesting: 40 });
  made.disable(['reference']);
  made.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  made.validateLink = (address) => safeLink(address) !== undefined;
  return made;
}

/** Where the block that begins at `at` is over. */
function end(tokens: readonly Token[], at: number): number {
  let depth = 0;
  for (let next = at; next < tokens.length; next += 1) {
    depth += tokens[next]?.nesting ?? 0;
    if (depth <= 0) {
      return next + 1;
    }
  }
  return tokens.length;
}

interface Open {
  readonly token: Token | undefined;
  readonly children: Node[];
}

function nodes(tokens: readonly Token[]): Node[] {
  const root: Open = { token: undefined, children: [] };
  const open = [root];
  for (const token of tokens) {
    const parent = open.at(-1) ?? root;
    if (token.nesting === 1) {
      open.push({ token, children: [] });
    } else if (token.nesting === -1) {
      const { token: opened, children } = open.pop() ?? root;
      (open.at(-1) ?? root).children.push(...closed(opened, children));
    } else {
      parent.children.push(...leaf(token));
    }
  }
  return root.children;
}

/** A paragraph of a tight list is no paragraph; what the tree has no name for leaves its content behind. */
function closed(token: Token | undefined, children: Node[]): Node[] {
  if (token === undefined || token.hidden || !TAGS.has(token.tag)) {
    return children;
  }
  const tag = token.tag as Tag;
  if (tag === 'a') {
    const href = safeLink(String(token.attrGet('href') ?? ''));
    return href === undefined ? children : [{ tag, children, href }];
  }
  const start = tag === 'ol' ? Number(token.attrGet('start') ?? 1) : 1;
  return [start === 1 ? { tag, children } : { tag, children, start }];
}

function leaf(token: Token): Node[] {
  switch (token.type) {
    case 'inline':
      return nodes(token.children ?? []);
    case 'fence':
    case 'code_block':
      return [code(token.content, token.info)];
    case 'code_inline':
      return [{ tag: 'code', children: [token.content] }];
    case 'softbreak':
      return ['\n'];
    case 'hardbreak':
      return [{ tag: 'br', children: [] }];
    case 'hr':
      return [{ tag: 'hr', children: [] }];
    case 'image':
      return [`[${token.content || 'image'}]`];
    default:
      return token.content === '' ? [] : [token.content];
  }
}

function code(text: string, info: string): Element {
  return { tag: 'pre', children: [text], language: /^[\w+#.-]{1,30}/.exec(info.trim())?.[0] ?? '' };
}
