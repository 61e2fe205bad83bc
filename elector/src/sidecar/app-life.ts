/**
 * How the app's health port answered: with 2xx, with anything else or not in time, by refusing the connection, or by hanging up without a
 * byte of an answer. The last is what the system does to who is waiting for a process that ends, a moment before it refuses.
 */
export type AppAnswer = 'healthy' | 'unhealthy' | 'refused' | 'hung up';

/**
 * What was seen of the app's life (rule 6). That it has ended is seen, never concluded from silence: a stream of its own was open and has
 * closed, and its health port refuses since then. A port that refuses alone says that the app takes no new visitors, as servers do
 * that are told to stop and still work; nothing is known of an app that never opened a stream.
 */
export class AppLife {
  #openStreams = 0;
  #state: 'unknown' | 'connected' | 'disconnected' | 'ended' = 'unknown';
  #isBlind = false;
  /** Counts the streams that opened or closed: a check that began before the last of them says nothing about now. */
  #epoch = 0;

  /** Whether nothing of the app is left that could act on an earlier answer. */
  get hasEnded(): boolean {
    return this.#state === 'ended' && !this.#isBlind;
  }

  /** Whether it may just have ended: its last stream has closed, and no check has told more. */
  get mayHaveEnded(): boolean {
    return this.#state === 'disconnected';
  }

  /** The app opened a stream of its own. */
  streamOpened(): void {
    this.#openStreams += 1;
    this.#epoch += 1;
    this.#state = 'connected';
  }

  /** One of its streams has closed. */
  streamClosed(): void {
    this.#openStreams -= 1;
    this.#epoch += 1;
    if (this.#openStreams === 0) this.#state = 'disconnected';
  }

  /** One of its streams was ended here: whoever had it may live on, and its end will not be seen. */
  streamLost(): void {
    this.#isBlind = true;
    this.streamClosed();
  }

  /** Somebody was told that this candidate leads: if that was the app, it is another one than the one whose stream closed. */
  granted(): void {
    if (this.#state === 'connected') return;
    this.#epoch += 1;
    this.#state = 'unknown';
  }

  /** A check of its health port begins now; what this returns takes the answer. */
  beginCheck(): (answer: AppAnswer) => void {
    const began = this.#epoch;
    return (answer) => {
      if (began !== this.#epoch || this.#state === 'connected' || this.#state === 'unknown') return;
      if (answer === 'hung up') return;
      this.#state = answer === 'refused' ? 'ended' : 'unknown';
    };
  }
}
