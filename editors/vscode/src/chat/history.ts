/** What the server has to be told of a conversation. */

import type { Turn } from './conversation';
import type { Message } from './wire';

/** Questions that were answered, with their answers: for a server that does not know the conversation. */
export function history(turns: readonly Turn[]): Message[] {
  const told: Message[] = [];
  for (const [index, turn] of turns.entries()) {
    const reply = turns[index + 1];
    if (turn.role === 'user' && reply?.role === 'assistant' && reply.pieces.length > 0) {
      told.push({ role: 'user', content: turn.pieces.join('') }, { role: 'assistant', content: reply.pieces.join('') });
    }
  }
  return told;
}

/** The newest of it, in as many characters: the server takes no more, and the model has room for less. */
export function newest(messages: readonly Message[], most: number): Message[] {
  let room = most;
  let first = messages.length;
  while (first > 0 && room >= (messages[first - 1]?.content.length ?? 0)) {
    first -= 1;
    room -= messages[first]?.content.length ?? 0;
  }
  return messages.slice(messages[first]?.role === 'assistant' ? first + 1 : first);
}
