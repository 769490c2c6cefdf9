/** Runs a program to its end, without a shell; what it prints goes line by line to who asked. */

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Resolves with the exit code; rejects where the program cannot be started. */
export function run(command: string, args: readonly string[], told: (line: string) => void, signal?: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on('line', told);
    }
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
