/** The way from the page to the extension. */

import type { FromPage } from '../messages';

export type ToHost = (message: FromPage) => void;

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
};

export const api = acquireVsCodeApi();
