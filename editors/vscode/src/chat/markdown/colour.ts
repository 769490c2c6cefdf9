/** Code as words with a meaning, for a theme to colour. The words are text, whatever they look like. */

import hljs from 'highlight.js/lib/common';

export interface Word {
  readonly text: string;
  /** Such as `keyword`; empty for what has no meaning of its own. */
  readonly kind: string;
}

/** Characters. Longer code is read, if at all, elsewhere. */
const LONGEST = 20_000;

/** All that the highlighter writes: its marks (also of a language within another), and text in which five characters are entities. */
const MARK = /<span class="(?:hljs-([a-z_-]+)|language-)[^"]*">|(<\/span>)|([^<]+)/g;

const ENTITIES: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" };

/** Nothing where the language is not known or the code is long. */
export function coloured(code: string, language: string): Word[] | undefined {
  if (code.length > LONGEST || hljs.getLanguage(language) === undefined) {
    return undefined;
  }
  const { value } = hljs.highlight(code, { language, ignoreIllegals: true });
  const words: Word[] = [];
  const kinds: string[] = [];
  for (const [, kind, end, text] of value.matchAll(MARK)) {
    if (end !== undefined) {
      kinds.pop();
    } else if (text === undefined) {
      kinds.push(kind ?? '');
    } else {
      words.push({ text: text.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => ENTITIES[entity] ?? entity), kind: kinds.at(-1) ?? '' });
    }
  }
  return words.map(({ text }) => text).join('') === code ? words : undefined;
}
