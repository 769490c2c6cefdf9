/** A reply on the page. It only grows: what is finished is never made again, and only its last block may still change. */

import { MarkdownStream } from '../markdown/stream';
import type { Patch, Step } from '../markdown/stream';
import { textOf } from '../markdown/tree';
import type { Element as Block } from '../markdown/tree';
import { Code } from './code';
import { make, shown } from './dom';
import type { ToHost } from './host';
import { Part } from './part';
import type { Nearness } from './part';

/** Characters at the beginning that are kept at hand. */
const OPENING = 1500;

export class Reply {
  readonly element = make('div', { class: 'reply', testid: 'chat-reply' });
  readonly #host: ToHost;
  readonly #nearness: Nearness;
  readonly #stream = new MarkdownStream();
  readonly #pending = make('div', { class: 'pending' });
  #part: Part | undefined;
  #code: Code | undefined;
  #opening = '';

  constructor(host: ToHost, nearness: Nearness) {
    this.#host = host;
    this.#nearness = nearness;
    this.element.append(this.#pending);
  }

  /** What is said first, without marks. */
  get opening(): string {
    return this.#opening;
  }

  push(text: string): void {
    this.#apply(this.#stream.push(text));
  }

  end(): void {
    this.#apply(this.#stream.end());
  }

  #apply({ steps, pending }: Patch): void {
    steps.forEach((step) => this.#step(step));
    if (typeof pending === 'string') {
      this.#code?.pending(pending);
      this.#pending.replaceChildren();
    } else {
      this.#pending.replaceChildren(...pending.map((block) => this.#block(block)));
    }
  }

  #step(step: Step): void {
    switch (step.kind) {
      case 'block':
        this.#stand(step.element);
        break;
      case 'code opens':
        this.#code = new Code(step.language, this.#host);
        this.#open().element.append(this.#code.element);
        break;
      case 'code':
        this.#code?.push(step.text);
        break;
      case 'code closes':
        this.#close();
    }
  }

  #close(): void {
    const code = this.#code;
    this.#code = undefined;
    if (code !== undefined) {
      code.end();
      this.#stand(code.block, code.element);
    }
  }

  #stand(block: Block, made?: Node): void {
    this.#open().add(block, made);
    if (this.#opening.length < OPENING) {
      this.#opening += `${textOf(block)}\n`.slice(0, OPENING);
    }
  }

  /** The part that grows. */
  #open(): Part {
    if (this.#part === undefined || (this.#part.isFull && this.#code === undefined)) {
      this.#part = new Part((block) => this.#block(block));
      this.#pending.before(this.#part.element);
      this.#nearness.follow(this.#part);
    }
    return this.#part;
  }

  #block(block: Block): Node {
    if (block.tag !== 'pre') {
      const made = shown(block);
      return made instanceof HTMLElement ? withCode(made, block, this.#host) : made;
    }
    const code = new Code(block.language ?? '', this.#host);
    code.push(textOf(block));
    code.end();
    return code.element;
  }
}

/** Code inside of a list or a quotation gets the same buttons. */
function withCode(made: HTMLElement, block: Block, host: ToHost): HTMLElement {
  const languages = codesIn(block).map((code) => code.language ?? '');
  made.querySelectorAll('pre').forEach((pre, index) => {
    const code = new Code(languages[index] ?? '', host);
    code.push(pre.textContent ?? '');
    code.end();
    pre.replaceWith(code.element);
  });
  return made;
}

function codesIn(block: Block): Block[] {
  const inner = block.children.flatMap((child) => (typeof child === 'string' ? [] : codesIn(child)));
  return block.tag === 'pre' ? [block, ...inner] : inner;
}
