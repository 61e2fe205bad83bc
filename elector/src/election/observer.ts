import { textOf } from '../../../base/error-text.ts';
import type { Log } from '../../../base/log.ts';

/** Calls what may throw, or reject, without being part of the election; `onError` is told of that, and it goes no further. */
export function shielded(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const answer = call();
    if (answer instanceof Promise) answer.catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** Calls somebody who only looks on: the election does not depend on those who watch it. `name` says in the log what failed. */
export function tellObserver(log: Log, name: string, observer: () => unknown): void {
  shielded(observer, (error) => log.error(`${name} failed`, { error: textOf(error) }));
}

/** A log that never throws, as one that belongs to somebody else may; that it failed is told as a warning of the process. */
export function reliableLog(log: Log): Log {
  const at =
    (level: keyof Log): Log['info'] =>
    (message, fields) =>
      shielded(
        () => (fields === undefined ? log[level](message) : log[level](message, fields)),
        (error) => process.emitWarning(`the log failed with ${textOf(error)} at: ${message}`),
      );
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
