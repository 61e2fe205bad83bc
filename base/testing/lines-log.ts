import type { Log, LogFields } from '../log.ts';

/** A log for tests: each message is one line, `level message name=value …`, without the time. */
export function linesLog(write: (line: string) => void): Log {
  const at =
    (level: keyof Log) =>
    (message: string, fields: LogFields = {}) =>
      write([level, message, ...Object.entries(fields).map((field) => field.join('='))].join(' '));
  return { info: at('info'), warn: at('warn'), error: at('error') };
}
