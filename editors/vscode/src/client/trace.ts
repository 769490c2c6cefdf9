/** The channel for the messages between editor and server, ruled by the setting `aiLsp.trace.server` alone. */

import { EventEmitter, LogLevel, workspace } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';

/** The library traces only while the channel's level is Trace, which nobody who sets the setting would guess. */
export function tracing(channel: LogOutputChannel, hide: (text: string) => string): LogOutputChannel & Disposable {
  const levels = new EventEmitter<LogLevel>();
  const listening = workspace.onDidChangeConfiguration((change) => {
    if (change.affectsConfiguration('aiLsp.trace')) {
      levels.fire(level());
    }
  });
  const changed: Partial<LogOutputChannel> = {
    onDidChangeLogLevel: levels.event,
    trace: (message: string) => channel.appendLine(hide(message)),
    dispose: () => {
      listening.dispose();
      levels.dispose();
      channel.dispose();
    },
  };
  return new Proxy(channel, {
    get: (target, name) => {
      if (name === 'logLevel') {
        return level();
      }
      const value: unknown = Reflect.get(name in changed ? changed : target, name);
      return typeof value === 'function' && !(name in changed) ? value.bind(target) : value;
    },
  });
}

function level(): LogLevel {
  return workspace.getConfiguration('aiLsp').get('trace.server', 'off') === 'off' ? LogLevel.Info : LogLevel.Trace;
}
