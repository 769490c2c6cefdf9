/**
 * Some finished blocks of a reply, which are on the page only while they are near to what the person sees.
 *
 * A reply of megabytes has hundreds of thousands of elements, and a page with as many is slow at everything. What is far away is
 * kept as the small tree it was made of, and its place is kept free.
 */

import { textOf } from '../markdown/tree';
import type { Element as Block } from '../markdown/tree';
import { make } from './dom';

/** Characters that come and go together. */
const SIZE = 6000;

export class Part {
  readonly element = make('div', { class: 'part' });
  readonly #shown: (block: Block) => Node;
  readonly #blocks: Block[] = [];
  #size = 0;
  #isHere = true;

  constructor(shown: (block: Block) => Node) {
    this.#shown = shown;
  }

  get isFull(): boolean {
    return this.#size >= SIZE;
  }

  /** `made`: what stands on the page for it, where it does already. */
  add(block: Block, made?: Node): void {
    this.#blocks.push(block);
    this.#size += textOf(block).length;
    if (made === undefined && this.#isHere) {
      this.element.append(this.#shown(block));
    }
  }

  come(): void {
    if (!this.#isHere) {
      this.#isHere = true;
      this.element.replaceChildren(...this.#blocks.map(this.#shown));
      this.element.style.height = '';
    }
  }

  /** What grows, has the focus or is selected stays. */
  go(height: number): void {
    if (this.#isHere && this.isFull && !this.#isUsed()) {
      this.#isHere = false;
      this.element.style.height = `${height}px`;
      this.element.replaceChildren();
    }
  }

  #isUsed(): boolean {
    const selected = document.getSelection();
    const isSelected = selected !== null && !selected.isCollapsed && selected.containsNode(this.element, true);
    return isSelected || this.element.contains(document.activeElement);
  }
}

/** Lets parts come and go as the person scrolls. */
export class Nearness {
  readonly #parts = new WeakMap<Element, Part>();
  readonly #observer: IntersectionObserver;

  /** `root` is what is scrolled. */
  constructor(root: Element) {
    const options = { root, rootMargin: '150% 0px' };
    this.#observer = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting, boundingClientRect } of entries) {
        const part = this.#parts.get(target);
        if (isIntersecting) {
          part?.come();
        } else {
          part?.go(boundingClientRect.height);
        }
      }
    }, options);
  }

  follow(part: Part): void {
    this.#parts.set(part.element, part);
    this.#observer.observe(part.element);
  }
}
