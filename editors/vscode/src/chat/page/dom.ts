/** Elements of the page. Text only ever becomes text: nothing here reads HTML. */

import type { Node as Shown } from '../markdown/tree';

type Content = Node | string;

export interface Attributes {
  readonly class?: string;
  readonly testid?: string;
  readonly [name: string]: string | undefined;
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) {
      element.setAttribute(name === 'testid' ? 'data-testid' : name, value);
    }
  }
  element.append(...content);
  return element;
}

/** `label` is what the button is called by those who do not see its icon, and what stands beside the pointer. */
export function button(icon: Icon, label: string, testid: string, press: () => void, text = ''): HTMLButtonElement {
  const made = make('button', { type: 'button', class: 'button', title: label, 'aria-label': label, testid }, drawn(icon), text);
  made.addEventListener('click', press);
  return made;
}

/** What Markdown became, as elements. An address is followed by the extension, which asks the person first. */
export function shown(node: Shown): Node {
  if (typeof node === 'string') {
    return document.createTextNode(node);
  }
  const element = make(node.tag, {}, ...node.children.map(shown));
  if (node.href !== undefined) {
    element.setAttribute('href', node.href);
    element.title = node.href;
  }
  if (node.start !== undefined) {
    element.setAttribute('start', String(node.start));
  }
  return node.tag === 'table' ? make('div', { class: 'wide', tabindex: '0' }, element) : element;
}

export type Icon = keyof typeof ICONS;

/** Lines on a square of 16. */
const ICONS = {
  add: ['M8 3v10', 'M3 8h10'],
  again: ['M13 8a5 5 0 1 1-1.6-3.7', 'M13.5 2v3h-3'],
  close: ['M4 4l8 8', 'M12 4l-8 8'],
  copy: ['M5.5 5.5v-3h8v8h-3', 'M2.5 5.5h8v8h-8z'],
  done: ['M3 8.5l3.5 3.5L13 4.5'],
  insert: ['M8 2.5v7.5', 'M4.5 6.5L8 10l3.5-3.5', 'M3 13.5h10'],
  send: ['M3 13V9.5L10 8 3 6.5V3l11 5z'],
  stop: ['M4 4h8v8H4z'],
} as const;

const SVG = 'http://www.w3.org/2000/svg';

export function drawn(icon: Icon): SVGElement {
  const picture = document.createElementNS(SVG, 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 16 16', 'aria-hidden': 'true', class: `icon ${icon}` })) {
    picture.setAttribute(name, value);
  }
  for (const line of ICONS[icon]) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', line);
    picture.append(path);
  }
  return picture;
}
