/** What is asked when a command on code comes without words of the person. */

const QUESTIONS: Readonly<Record<string, string>> = {
  explain: 'Explain this code.',
  fix: 'Fix this code.',
  tests: 'Write tests for this code.',
  document: 'Document this code.',
  refactor: 'Make this code easier to read.',
};

export function questionOf(text: string, command: string | undefined): string {
  return text.trim() || (command === undefined ? undefined : QUESTIONS[command]) || 'Continue.';
}
