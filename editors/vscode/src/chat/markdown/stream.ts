/**
 * Markdown that comes in pieces.
 *
 * In: a reply, piece by piece. Out: steps that only ever append to what stands, and the little that may still change. A reply
 * of any length costs the same for each piece: what is finished is never looked at again.
 */

import { parseBlocks } from './parse';
import type { Block } from './parse';
import type { Element } from './tree';

export type Step =
  | { readonly kind: 'block'; readonly element: Element }
  | { readonly kind: 'code opens'; readonly language: string }
  /** Whole lines. */
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'code closes' };

export interface Patch {
  readonly steps: readonly Step[];
  /** Takes the place of what was pending before: blocks, or the start of a line of the open code. */
  readonly pending: readonly Element[] | string;
}

/** Characters. A block that is longer is finished where a line of it begins at the margin: it may look as two. */
const LONG = 32_768;

/** A block that is longer is finished at any place. */
const TOO_LONG = 8 * LONG;

interface Fence {
  /** A line that ends the code, as the first match from any line. */
  readonly closing: RegExp;
  /** A start of a line that may become such a line. */
  readonly mayClose: RegExp;
  readonly indentation: RegExp;
}

export class MarkdownStream {
  /** What is not finished. */
  #source = '';
  #fence: Fence | undefined;

  push(text: string): Patch {
    this.#source += text.replaceAll('\r', '');
    const steps: Step[] = [];
    while (this.#fence === undefined ? this.#blocks(steps) : this.#code(steps, this.#fence)) {
      // each turn has finished something and left the rest
    }
    return { steps, pending: this.#pending() };
  }

  /** Nothing comes any more: what was pending stands. */
  end(): Patch {
    const { steps } = this.push(this.#source === '' || this.#source.endsWith('\n') ? '' : '\n');
    const last: Step[] =
      this.#fence === undefined
        ? parseBlocks(this.#source).map(({ element }) => ({ kind: 'block', element }))
        : [{ kind: 'code closes' }];
    this.#source = '';
    this.#fence = undefined;
    return { steps: [...steps, ...last], pending: [] };
  }

  /** Finishes all blocks but the last one, which may go on. True: there is more to do. */
  #blocks(steps: Step[]): boolean {
    const whole = this.#source.slice(0, this.#source.lastIndexOf('\n') + 1);
    const blocks = parseBlocks(whole);
    const last = blocks.pop();
    for (const { element } of blocks) {
      steps.push({ kind: 'block', element });
    }
    if (last === undefined) {
      return this.#cut(steps, '');
    }
    const starts = lineStarts(whole);
    const from = starts[last.lines[0]] ?? 0;
    const body = whole.slice(from, starts[last.lines[1]]);
    this.#source = this.#source.slice(from);
    if (last.fence === undefined) {
      return this.#cut(steps, last.element.tag === 'table' ? head(body) : '');
    }
    return this.#fenced(steps, last, last.fence, body);
  }

  #fenced(steps: Step[], block: Block, marks: string, body: string): boolean {
    const fence = fenceOf(marks, body);
    const opening = body.indexOf('\n') + 1;
    if (fence.closing.test(body.slice(opening))) {
      steps.push({ kind: 'block', element: block.element });
      this.#source = this.#source.slice(body.length);
      return this.#source.includes('\n');
    }
    steps.push({ kind: 'code opens', language: block.element.language ?? '' });
    this.#fence = fence;
    this.#source = this.#source.slice(opening);
    return true;
  }

  #code(steps: Step[], fence: Fence): boolean {
    const whole = this.#source.slice(0, this.#source.lastIndexOf('\n') + 1);
    const closing = fence.closing.exec(whole);
    const text = closing === null ? whole : whole.slice(0, closing.index);
    if (text !== '') {
      steps.push({ kind: 'code', text: text.replace(fence.indentation, '') });
    }
    this.#source = this.#source.slice(closing === null ? whole.length : closing.index + closing[0].length);
    if (closing === null) {
      return false;
    }
    steps.push({ kind: 'code closes' });
    this.#fence = undefined;
    return true;
  }

  /** Finishes the start of a block that has become long. `again`: what the rest has to begin with. */
  #cut(steps: Step[], again: string): boolean {
    if (this.#source.length < LONG) {
      return false;
    }
    const at = placeToCut(this.#source);
    if (at <= again.length) {
      return false;
    }
    for (const { element } of parseBlocks(this.#source.slice(0, at))) {
      steps.push({ kind: 'block', element });
    }
    this.#source = again + this.#source.slice(at);
    return true;
  }

  #pending(): readonly Element[] | string {
    if (this.#fence === undefined) {
      return parseBlocks(this.#source).map(({ element }) => element);
    }
    return this.#fence.mayClose.test(this.#source) ? '' : this.#source.replace(this.#fence.indentation, '');
  }
}

function fenceOf(marks: string, body: string): Fence {
  const mark = marks.charAt(0);
  const indentation = /^ */.exec(body)?.[0].length ?? 0;
  return {
    closing: new RegExp(`^ {0,3}${mark}{${marks.length},}[ \\t]*\\n`, 'm'),
    mayClose: new RegExp(`^ {0,3}${mark}*[ \\t]*$`),
    indentation: new RegExp(`^ {0,${indentation}}`, 'gm'),
  };
}

/** Of a table: without its first two lines the others mean nothing. */
function head(table: string): string {
  return /^[^\n]*\n[^\n]*\n/.exec(table)?.[0] ?? '';
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

/** Before the last line that begins at the margin; in a line without an end, after a word. 0: nowhere yet. */
function placeToCut(source: string): number {
  for (let at = source.lastIndexOf('\n', source.length - 2); at > 0; at = source.lastIndexOf('\n', at - 1)) {
    if (/[^\s]/.test(source.charAt(at + 1))) {
      return at + 1;
    }
  }
  if (source.length < TOO_LONG && source.includes('\n')) {
    return 0;
  }
  const line = source.lastIndexOf('\n') + 1;
  const word = source.lastIndexOf(' ') + 1;
  return line || word || source.length;
}
