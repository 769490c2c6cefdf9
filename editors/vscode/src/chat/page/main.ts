/** The page of the chat: shows what the extension tells, and tells what the person does. It keeps nothing but the draft. */

import type { FromPage, ToPage } from '../messages';
import { Composer } from './composer';
import { make } from './dom';
import { api } from './host';
import { Log } from './log';

const host = (message: FromPage): void => api.postMessage(message);

const welcome = make(
  'section',
  { class: 'welcome', testid: 'chat-welcome' },
  make('h2', {}, 'Ask about your code'),
  make('p', {}, 'The open file or what you have selected goes along with the question. Take it out above the input, or add other files.'),
);
const log = new Log(host, welcome);
const composer = new Composer(host, draft(), (text) => api.setState({ draft: text }));
document.body.append(log.element, log.spoken, composer.element);

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  if (data.kind === 'focus') {
    composer.focus(data.text);
    return;
  }
  const begun = performance.now();
  log.apply(data.update);
  composer.streaming(log.streaming);
  composer.remember(log.questions);
  if (data.update.surroundings !== undefined) {
    composer.surround(data.update.surroundings);
  }
  // after the frame; a hidden page paints none, and so asks for nothing more until it is seen again
  requestAnimationFrame(() => setTimeout(() => host({ kind: 'painted', milliseconds: performance.now() - begun })));
});

/** Every address is followed by the extension, and nothing ever by the page. */
for (const kind of ['click', 'auxclick'] as const) {
  document.addEventListener(
    kind,
    (event) => {
      const link = event.target instanceof Element ? event.target.closest('a') : null;
      if (link !== null) {
        event.preventDefault();
        event.stopImmediatePropagation();
        host({ kind: 'link', href: link.getAttribute('href') ?? '' });
      }
    },
    true,
  );
}

document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && log.streaming) {
    host({ kind: 'stop' });
  }
});

window.addEventListener('focus', () => {
  if (document.activeElement === document.body) {
    composer.focus();
  }
});

host({ kind: 'ready' });

function draft(): string {
  const state = api.getState();
  return typeof state === 'object' && state !== null && 'draft' in state && typeof state.draft === 'string' ? state.draft : '';
}
