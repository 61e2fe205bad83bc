import type { ServerResponse } from 'node:http';
import { ApiStatusError } from '../api.ts';
import type { Selection, WatchEvent } from '../api.ts';
import type { Registry } from '../registry.ts';
import { apiVersionOf, nameOf } from '../resource.ts';
import type { Resource } from '../resource.ts';
import { selectionFilter } from '../selection.ts';
import { representObject } from './representation.ts';
import type { Representation } from './representation.ts';
import type { WatchOptions } from './watch-options.ts';

const bookmarkIntervalMs = 60_000;
const lastBookmarkBeforeEndMs = 2_000;

/** Answers a watch with one JSON object a line, until its time is over or the client goes. */
export class WatchStream {
  readonly #registry: Registry;
  readonly #resource: Resource;
  readonly #representation: Representation;
  readonly #response: ServerResponse;

  constructor(
    registry: Registry,
    resource: Resource,
    representation: Representation,
    response: ServerResponse,
  ) {
    this.#registry = registry;
    this.#resource = resource;
    this.#representation = representation;
    this.#response = response;
  }

  /** Starts to answer. @throws ApiStatusError 400 where a selector cannot be used; nothing was answered then. */
  start(selection: Selection, options: WatchOptions): void {
    selectionFilter(this.#resource, selection);
    this.#response.writeHead(200, { 'Content-Type': 'application/json' });
    this.#response.flushHeaders();
    const endWatch = this.#watch(selection, options);
    const timers = [
      setTimeout(() => this.#response.end(), options.timeoutSeconds * 1000),
      ...(options.bookmarks ? this.#bookmarkTimers(options.timeoutSeconds * 1000) : []),
    ];
    this.#response.once('close', () => {
      endWatch();
      timers.forEach(clearTimeout);
    });
  }

  #watch(selection: Selection, { from, marksInitialEvents }: WatchOptions): () => void {
    const show = ({ type, object }: WatchEvent) =>
      this.#write(type, representObject(this.#resource, object, this.#representation));
    const name = nameOf(this.#resource);
    try {
      if (from !== null) return this.#registry.watchFrom(name, selection, from, show);
      const end = this.#registry.watch(name, selection, show);
      if (marksInitialEvents) this.#bookmark({ 'k8s.io/initial-events-end': 'true' });
      return end;
    } catch (error) {
      // Too late for a code of its own: the stream has begun.
      if (!(error instanceof ApiStatusError)) throw error;
      this.#write('ERROR', error.status);
      this.#response.end();
      return () => undefined;
    }
  }

  #bookmarkTimers(timeoutMs: number): NodeJS.Timeout[] {
    const last = setTimeout(() => this.#bookmark(), Math.max(0, timeoutMs - lastBookmarkBeforeEndMs));
    return [last, setInterval(() => this.#bookmark(), bookmarkIntervalMs)];
  }

  /** Says how far the stream has come: every change up to the present one that concerns it has been shown. */
  #bookmark(annotations?: Record<string, string>): void {
    const { resourceVersion } = this.#registry;
    this.#write('BOOKMARK', {
      kind: this.#resource.kind,
      apiVersion: apiVersionOf(this.#resource),
      metadata: { resourceVersion, creationTimestamp: null, ...(annotations && { annotations }) },
    });
  }

  #write(type: string, object: object): void {
    if (!this.#response.writableEnded) this.#response.write(`${JSON.stringify({ type, object })}\n`);
  }
}
