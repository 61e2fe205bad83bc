import { Duplex } from 'node:stream';
import {
  controlFrame,
  controlTypes,
  dataFrame,
  finFlag,
  FrameReader,
  streamNumber,
  streamNumberOf,
} from './frames.ts';
import type { Frame } from './frames.ts';
import { HeaderBlocks } from './header-blocks.ts';
import type { Headers } from './header-blocks.ts';

// After the stream's own number: that of another stream, a priority and a slot.
const headersOffset = 10;
const cancelled = 5;

/** A client has opened a stream. */
export type OnStream = (headers: Headers, stream: Duplex) => void;

/** The server's end of a SPDY/3.1 connection, of which the client opens the streams. */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #onStream: OnStream;
  readonly #frames = new FrameReader();
  readonly #headers = new HeaderBlocks();
  readonly #streams = new Map<number, SpdyStream>();

  constructor(transport: Duplex, onStream: OnStream) {
    this.#transport = transport;
    this.#onStream = onStream;
    transport.on('error', () => transport.destroy());
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      for await (const chunk of this.#transport as AsyncIterable<Buffer>)
        for (const frame of this.#frames.read(chunk)) await this.#receive(frame);
    } catch {
      // The client has gone, or speaks something else.
    }
    for (const stream of this.#streams.values()) stream.destroy();
    this.#headers.close();
    this.#transport.destroy();
  }

  async #receive(frame: Frame): Promise<void> {
    if (frame.kind === 'data') this.#streams.get(frame.stream)?.receive(frame.payload, frame.flags);
    else if (frame.type === controlTypes.synStream) await this.#open(frame);
    else if (frame.type === controlTypes.rstStream)
      this.#streams.get(streamNumberOf(frame.payload))?.destroy();
    else if (frame.type === controlTypes.ping) this.#send(controlFrame(controlTypes.ping, frame.payload));
  }

  async #open({ payload, flags }: Frame): Promise<void> {
    const number = streamNumberOf(payload);
    const headers = await this.#headers.read(payload.subarray(headersOffset));
    const stream = new SpdyStream(number, (bytes, done) => this.#send(bytes, done));
    this.#streams.set(number, stream);
    stream.once('close', () => this.#streams.delete(number));
    const none = await this.#headers.write(new Map());
    this.#send(controlFrame(controlTypes.synReply, Buffer.concat([streamNumber(number), none])));
    this.#onStream(headers, stream);
    stream.receive(Buffer.alloc(0), flags);
  }

  #send(bytes: Buffer, done?: () => void): void {
    // That the client has gone is no error of a stream, which is ended then.
    if (this.#transport.writable) this.#transport.write(bytes, () => done?.());
    else done?.();
  }
}

class SpdyStream extends Duplex {
  readonly #number: number;
  readonly #send: (bytes: Buffer, done?: () => void) => void;

  constructor(number: number, send: (bytes: Buffer, done?: () => void) => void) {
    super();
    this.#number = number;
    this.#send = send;
  }

  receive(payload: Buffer, flags: number): void {
    if (payload.length > 0) this.push(payload);
    if ((flags & finFlag) !== 0) this.push(null);
  }

  // What arrives is passed on at once: the clients know no flow control.
  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send(dataFrame(this.#number, chunk), done);
  }

  override _final(done: () => void): void {
    this.#send(dataFrame(this.#number, Buffer.alloc(0), finFlag), done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (!this.writableFinished || !this.readableEnded) {
      const reset = Buffer.concat([streamNumber(this.#number), streamNumber(cancelled)]);
      this.#send(controlFrame(controlTypes.rstStream, reset));
    }
    done(error);
  }
}
