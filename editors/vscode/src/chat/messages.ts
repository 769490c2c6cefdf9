/** What the extension and the page of the chat say to each other. The page knows nothing but what it is told here. */

import type { Role, TurnState } from './conversation';

/** How a turn stands, without its text. */
export interface Head {
  readonly id: number;
  readonly role: Role;
  readonly state: TurnState;
  readonly attached: readonly string[];
  readonly note: string;
  readonly service: string;
}

/** Something that goes along with the next question. */
export interface Chip {
  readonly id: string;
  readonly label: string;
  readonly title: string;
}

/** What stands around the conversation. */
export interface Surroundings {
  readonly service: string;
  readonly chips: readonly Chip[];
  /** Why nothing can be asked now; empty when it can. */
  readonly unavailable: string;
}

/** Turns that are new or stand differently, and text that comes after what has been told of them. */
export interface Update {
  readonly heads: readonly Head[];
  readonly texts: readonly { readonly id: number; readonly text: string }[];
  /** Of the turns that still exist; nothing when none has gone. */
  readonly alive?: readonly number[];
  readonly surroundings?: Surroundings;
  /** Everything that the page has shown so far is to go. */
  readonly anew: boolean;
}

export type ToPage =
  | { readonly kind: 'update'; readonly update: Update }
  /** Something for the input: a question that the person has begun elsewhere. */
  | { readonly kind: 'focus'; readonly text?: string };

export type FromPage =
  /** The page has been made, perhaps again, and shows nothing. */
  | { readonly kind: 'ready' }
  /** The last update has been painted: the next one may come. */
  | { readonly kind: 'painted'; readonly milliseconds: number }
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'stop' | 'clear' | 'attach' | 'service' }
  | { readonly kind: 'again' | 'copy turn'; readonly id: number }
  | { readonly kind: 'copy' | 'insert'; readonly text: string }
  | { readonly kind: 'detach'; readonly chip: string }
  | { readonly kind: 'link'; readonly href: string };
