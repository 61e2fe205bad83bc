import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { bundle } from '../../../infra/bundle.ts';
import { app } from '../../../infra/packages.ts';
import { AppProcess } from '../app-process.ts';
import type { BenchCluster } from '../bench-cluster.ts';
import { ElectorProcess } from '../elector-process.ts';
import { megabytes, ratio, withoutProc, type Figure } from '../../figure.ts';
import { cpuSecondsOf } from '../process-usage.ts';

/** How much to measure. */
export interface ViewersScale {
  /** How many open the page at once. */
  readonly viewers: number;
  /** For how long they keep it open, in seconds. */
  readonly seconds: number;
}

const election = 'viewers';
const leader = 'candidate-1';
const ttlSeconds = 10;
const patienceMs = 60_000;
const request = 'GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n';
const reach = { cpuSeconds: 1.5, megabytes: 20 };

/** What the viewers of its page cost the app's process, and how much it sends them. */
export async function measureViewers(cluster: BenchCluster, scale: ViewersScale): Promise<Figure[]> {
  const notMeasured = withoutProc('viewers');
  if (notMeasured !== null) return notMeasured;
  await bundle(app);
  const elector = await ElectorProcess.start(cluster, leader, { election, ttlSeconds });
  await elector.names(leader);
  const page = await AppProcess.start(leader, elector.url);
  const alone = await costOf(page, 1, scale.seconds);
  const together = await costOf(page, scale.viewers, scale.seconds);
  await page.end();
  await elector.end();
  return figures(scale, alone, together);
}

/** What viewers cost, in CPU seconds and bytes. */
interface Cost {
  readonly cpuSeconds: number;
  readonly bytes: number;
}

/** What the arrival of viewers costs, until each has had its first message, and what their staying does. */
interface ViewersCost {
  readonly arrival: Cost;
  readonly stay: Cost;
}

async function costOf(page: AppProcess, count: number, seconds: number): Promise<ViewersCost> {
  const cpuBefore = await cpuSecondsOf(page.pid);
  const viewers = await Promise.all(Array.from({ length: count }, () => Viewer.open(page.port)));
  const bytes = () => viewers.reduce((sum, viewer) => sum + viewer.bytes, 0);
  const arrival = { cpuSeconds: (await cpuSecondsOf(page.pid)) - cpuBefore, bytes: bytes() };
  await pause(seconds * 1000);
  const stay = {
    cpuSeconds: (await cpuSecondsOf(page.pid)) - cpuBefore - arrival.cpuSeconds,
    bytes: bytes() - arrival.bytes,
  };
  for (const viewer of viewers) viewer.close();
  return { arrival, stay };
}

function figures({ viewers, seconds }: ViewersScale, alone: ViewersCost, together: ViewersCost): Figure[] {
  const { arrival, stay } = together;
  const met = arrival.cpuSeconds <= reach.cpuSeconds && arrival.bytes / 1e6 <= reach.megabytes;
  return [
    {
      what: `${viewers} page viewers at once, until each has a message`,
      measured: told(arrival),
      ratio: ratio(arrival.bytes / viewers, alone.arrival.bytes),
      target: `≤ ${reach.cpuSeconds} s, ≤ ${reach.megabytes} MB`,
      met,
    },
    {
      what: `  the ${seconds} s after that`,
      measured: told(stay),
      ratio: ratio(stay.bytes / viewers, alone.stay.bytes),
    },
  ];
}

function told({ cpuSeconds, bytes }: Cost): string {
  return `${cpuSeconds.toFixed(2)} s of CPU, ${megabytes(bytes / 1e6)}`;
}

/** What a browser with the page open is to the app: a stream that is read as it comes. */
class Viewer {
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
