import type { IncomingMessage } from 'node:http';
import { parse as parseYaml } from 'yaml';
import { isJsonObject } from '../../../base/json.ts';
import type { JsonObject } from '../../../base/json.ts';
import { protobufMediaType, readProtobuf } from './protobuf-body.ts';
import { badRequest, tooLarge, unsupportedMediaType } from '../status.ts';

const limit = 3 * 1024 * 1024;

/** Reads a request's whole body as text; what is protobuf as a character for each byte. @throws ApiStatusError 413 where it is larger than 3 MiB. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  // What is too large is still read, so that the client hears why it is refused.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
  }
  if (length > limit) throw tooLarge(`Request entity too large: limit is ${limit}`);
  return Buffer.concat(chunks).toString(mediaTypeOf(request) === protobufMediaType ? 'latin1' : 'utf8');
}

/** The media type of a request's body, without parameters; JSON where it is not said. */
export const mediaTypeOf = (request: IncomingMessage): string =>
  (request.headers['content-type'] ?? 'application/json').split(';', 1).join('').trim().toLowerCase();

/**
 * Reads an object that a client sends, of the expected kind.
 * @throws ApiStatusError 400 where it is none, 415 where its form is unknown.
 */
export function parseObject(text: string, mediaType: string, kind: string): JsonObject {
  const value = parseText(text, mediaType, kind);
  if (isJsonObject(value)) return value;
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  throw unrecognized(
    kind,
    `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`,
    text,
  );
}

/** Reads JSON. @throws ApiStatusError 400 */
export function readJson(text: string, whatFailed: (why: string) => string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badRequest(whatFailed(jsonProblem(text, error)));
  }
}

function parseText(text: string, mediaType: string, kind: string): unknown {
  if (mediaType === 'application/json') return readJson(text, (why) => unrecognized(kind, why, text).message);
  if (mediaType === 'application/yaml') return parseYamlText(text, kind);
  if (mediaType === protobufMediaType) return readProtobuf(Buffer.from(text, 'latin1'));
  throw unsupportedMediaType(
    'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

function parseYamlText(text: string, kind: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw unrecognized(kind, error instanceof Error ? error.message : String(error), text);
  }
}

function unrecognized(kind: string, why: string, text: string) {
  const shown = text === '' ? '<empty>' : text.slice(0, 1024);
  return badRequest(
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; ` +
      `json parse error: ${why} (${shown})`,
  );
}

function jsonProblem(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return text === '' || message.startsWith('Unexpected end') || message.startsWith('Expected')
    ? 'unexpected end of JSON input'
    : message;
}
