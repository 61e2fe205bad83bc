import { connect, type Socket } from 'node:net';

const patienceMs = 60_000;
const request = 'GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n';

/** What a browser with the page open is to the app: a stream that is read as it comes. */
export class Viewer {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Opens a stream at this port of 127.0.0.1; resolves with its first message. @throws Error where none comes for a minute */
  static open(port: number): Promise<Viewer> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      const fail = (error: Error) => {
        socket.destroy();
        reject(error);
      };
      let answer = '';
      const read = (chunk: Buffer) => {
        answer += chunk.toString();
        if (!/^data: .*\n\n/m.test(answer)) return;
        socket.off('data', read).setTimeout(0).resume();
        resolve(new Viewer(socket));
      };
      socket.setTimeout(patienceMs, () => fail(new Error('the app sent a viewer nothing for a minute')));
      socket.on('error', fail);
      socket.on('close', () => reject(new Error(`the app closed a viewer's stream: ${answer}`)));
      socket.on('data', read);
      socket.write(request);
    });
  }

  /** How much came, in bytes, all that HTTP adds included. */
  get bytes(): number {
    return this.#socket.bytesRead;
  }

  close(): void {
    this.#socket.destroy();
  }
}
