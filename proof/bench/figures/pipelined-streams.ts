import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { BenchCluster } from '../bench-cluster.ts';
import { ElectorProcess } from '../elector-process.ts';
import { megabytes, ratio, withoutProc, type Figure } from '../../figure.ts';
import { memoryOf } from '../process-usage.ts';

/** How much to measure. */
export interface PipelinedStreamsScale {
  readonly connections: number;
  /** How many times each connection asks for `/events` at once. */
  readonly requests: number;
  /**
   * For how long the connections stay open, and for how long the elector is left alone before the memory without them is read, in seconds.
   * A process that began a moment ago still grows by itself.
   */
  readonly seconds: { readonly open: number; readonly alone: number };
}

const election = 'pipelined';
const leader = 'candidate-1';
const ttlSeconds = 10;
const reach = { moreMB: 10 };
const answerPatienceMs = 60_000;

/** What is left in an elector of streams that were asked for behind others on their connections. */
export async function measurePipelinedStreams(
  cluster: BenchCluster,
  scale: PipelinedStreamsScale,
): Promise<Figure[]> {
  const notMeasured = withoutProc('pipelined streams');
  if (notMeasured !== null) return notMeasured;
  const elector = await ElectorProcess.start(cluster, leader, { election, ttlSeconds });
  await elector.names(leader);
  const port = Number(new URL(elector.url).port);
  const resident = async () => (await memoryOf(elector.pid)).resident;
  /** Opens all connections, and closes them again; returns the resident memory while they were open and long after. */
  const round = async (requests: number) => {
    const sockets = await Promise.all(Array.from({ length: scale.connections }, () => ask(port, requests)));
    const answered = await resident();
    await pause(scale.seconds.open * 1000);
    const open = Math.max(answered, await resident());
    for (const socket of sockets) socket.destroy();
    await pause(scale.seconds.alone * 1000);
    return { open, after: await resident() };
  };

  // What as many connections cost that ask once is not counted.
  const { after: before } = await round(1);
  const { open, after } = await round(scale.requests);
  await elector.end();
  return figures(scale, before, open, after);
}

/** Sends all its requests at once; resolves when the first answer begins. */
async function ask(port: number, requests: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(requests));
  await once(socket, 'data', { signal: AbortSignal.timeout(answerPatienceMs) });
  // The elector may close it at what came behind the stream.
  socket.on('error', () => undefined).resume();
  return socket;
}

function figures(
  { connections, requests, seconds }: PipelinedStreamsScale,
  before: number,
  open: number,
  after: number,
): Figure[] {
  return [
    {
      what: `an elector, ${seconds.alone} s after ${connections} × ${requests} pipelined /events`,
      measured: `${megabytes(after)} resident; ${megabytes(before)} after as many that ask once`,
      ratio: ratio(after, before),
      target: `≤ ${reach.moreMB} MB more`,
      met: after - before <= reach.moreMB,
    },
    { what: '  while they were open', measured: `${megabytes(open)} resident`, ratio: ratio(open, before) },
  ];
}
