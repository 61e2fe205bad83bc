/** What a message says besides its text; values are printed as they are, so none may be a secret. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Where the election tells operators what happens. */
export interface Log {
  /** Something is as it should be. */
  info(message: string, fields?: LogFields): void;
  /** Something is not, and may pass by itself. */
  warn(message: string, fields?: LogFields): void;
  /** Something needs to be looked into. */
  error(message: string, fields?: LogFields): void;
}

/** Says nothing: a library's default. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };

export const logFormats = ['text', 'json'] as const;
export type LogFormat = (typeof logFormats)[number];

type Level = keyof Log;

/** A log of one line a message, as text for people or as JSON for collectors. */
export function createLog(format: LogFormat, write: (line: string) => void): Log {
  const render = format === 'json' ? asJson : asText;
  const at =
    (level: Level) =>
    (message: string, fields: LogFields = {}) =>
      write(`${render(new Date().toISOString(), level, message, fields)}\n`);
  return { info: at('info'), warn: at('warn'), error: at('error') };
}

function asJson(time: string, level: Level, message: string, fields: LogFields): string {
  return JSON.stringify({ time, level, message, ...fields });
}

function asText(time: string, level: Level, message: string, fields: LogFields): string {
  return [
    time,
    level.toUpperCase().padEnd(5),
    `${JSON.stringify(message).slice(1, -1)}${fieldsText(fields)}`,
  ].join(' ');
}

/** Fields as text to stand after a message: ` name=value` each, quoted where that is needed. */
export function fieldsText(fields: LogFields): string {
  return Object.entries(fields)
    .map(([name, value]) => ` ${name}=${quoteWhereNeeded(String(value))}`)
    .join('');
}

function quoteWhereNeeded(value: string): string {
  return /^[^\s"=\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}
