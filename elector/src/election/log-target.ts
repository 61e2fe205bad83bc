import { fieldsText, silentLog, type Log, type LogFields } from '../../../base/log.ts';

/** A logger whose `log` is what others call `info`, and that prints each argument as a message of its own: Nest's `Logger`. */
export interface NestLog extends Pick<Log, 'warn' | 'error'> {
  /** Tells something that is as it should be. */
  log(message: string, fields?: LogFields): void;
}

/** Where the election tells what happens: `console`, a logger of pino or winston, Nest's `Logger`, or anything with these three methods. */
export type LogTarget = Log | NestLog;

/**
 * How each of these takes a message and its fields. Without a target nothing is told.
 * @throws RangeError for anything else
 */
export function asLog(target: LogTarget | undefined): Log {
  if (target === undefined) return silentLog;
  if (isPino(target)) {
    const at =
      (level: keyof Log) =>
      (message: string, fields: LogFields = {}) =>
        target[level](fields, message);
    return { info: at('info'), warn: at('warn'), error: at('error') };
  }
  if (has(target, 'info', 'warn', 'error')) return target as Log;
  if (has(target, 'log', 'warn', 'error')) {
    const nest = target as NestLog;
    const at =
      (level: keyof NestLog) =>
      (message: string, fields: LogFields = {}) =>
        nest[level](`${message}${fieldsText(fields)}`);
    return { info: at('log'), warn: at('warn'), error: at('error') };
  }
  throw new RangeError('log has no methods info, warn and error; it must be a logger, or left out');
}

/** pino takes the fields first; of what stands after the text it prints nothing. */
type PinoLog = Readonly<Record<keyof Log, (fields: LogFields, message: string) => void>>;

function isPino(target: unknown): target is PinoLog {
  return has(target, 'info', 'warn', 'error', 'bindings', 'child');
}

function has(target: unknown, ...methods: readonly string[]): boolean {
  if (typeof target !== 'object' && typeof target !== 'function') return false;
  return methods.every(
    (method) => typeof (target as Record<string, unknown> | null)?.[method] === 'function',
  );
}
