import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { EventStreams } from '../elector/src/sidecar/event-streams.ts';
import { environmentVariable, flagNames, flagsUsage } from '../elector/src/sidecar/flags.ts';
import { createHttpApi } from '../elector/src/sidecar/http-api.ts';
import { createMetrics, type Metrics } from '../elector/src/sidecar/metrics.ts';
import { retryPeriod, start } from '../elector/test/election/candidate.ts';
import { FakeClock, settle } from '../base/testing/fake-clock.ts';
import { LockStore } from '../elector/src/testing/lock-store.ts';
import { projectFolder } from '../infra/bundle.ts';
import { tableWith } from './markdown-table.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');
const withoutBackticks = (cell: string) => cell.replaceAll('`', '');

describe('The documentation of the elector', () => {
  let metrics: Metrics;
  let status: object;
  let handover: object;
  let server: Server;

  before(async () => {
    const clock = new FakeClock();
    const { elector } = await start(new LockStore(), clock, 'a');
    metrics = createMetrics(elector, 'example');
    await clock.advance(retryPeriod);
    status = elector.status();
    [handover = {}] = elector.handovers;
    await Promise.all([elector.resign(), settle()]);
    const streams = new EventStreams({ heartbeatMs: 3_600_000, app: null });
    server = createHttpApi({ status: () => elector.status(), elector, metrics, streams, token: null });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const ask = async (method: string, path: string): Promise<IncomingMessage> => {
    const { port } = server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, method, path, agent: false }).end();
    return ((await once(sent, 'response')) as [IncomingMessage])[0];
  };

  /** Every request that the HTTP API takes, HEAD apart: it lists its paths where there is none, and each path its methods. */
  const requestsTaken = async (): Promise<string[]> => {
    const [, paths = ''] = /there are (.*)/.exec(await text(await ask('GET', '/nowhere'))) ?? [];
    return Promise.all(
      paths.split(' ').map(async (path) => {
        const { headers } = await ask('DELETE', path);
        return `${headers.allow?.split(', ')[0] ?? ''} ${path}`;
      }),
    );
  };

  it('has each request of the HTTP API, and no other', async () => {
    const documented = tableWith('request', read('docs/api.md')).map((row) =>
      withoutBackticks(row['request'] ?? ''),
    );
    assert.deepEqual(documented.sort(), (await requestsTaken()).sort());
  });

  it('has each flag with its value, variable and default as --help has them, and no other', () => {
    const documented = tableWith('flag', read('docs/api.md')).map((row) => ({
      flag: withoutBackticks(row['flag'] ?? ''),
      default: withoutBackticks(row['default'] ?? ''),
    }));
    assert.deepEqual(documented, flagsOfHelp());
  });

  it('has the environment variable of each flag', () => {
    const documented = tableWith('flag', read('docs/api.md')).map((row) => row['environment variable']);
    assert.deepEqual(
      documented,
      flagNames.map((name) => `\`${environmentVariable(name)}\``),
    );
  });

  it('has each field of the answer to GET /, and no other', () => {
    const documented = tableWith('field', read('docs/api.md')).map((row) =>
      withoutBackticks(row['field'] ?? ''),
    );
    assert.deepEqual(documented, Object.keys(status));
    const [example] = examples();
    assert.deepEqual(Object.keys(example ?? {}), Object.keys(status));
  });

  it('has each field of a handover, and no other', () => {
    const fields = Object.keys(handover);
    const documented = tableWith('of a handover', read('docs/api.md')).map((row) =>
      withoutBackticks(row['of a handover'] ?? ''),
    );
    assert.deepEqual(documented, fields);
    const [, example] = examples();
    assert.deepEqual((example as object[]).map(Object.keys), [fields]);
  });

  it('has each metric with its type and labels, and no other', async () => {
    const documented = tableWith('metric', read('docs/api.md')).map((row) => ({
      metric: withoutBackticks(row['metric'] ?? ''),
      type: row['type'] ?? '',
      labels: withoutBackticks(row['labels'] ?? ''),
    }));
    assert.deepEqual(documented, metricsOf(await metrics.render()));
  });
});

/** What stands in docs/api.md as JSON. */
function examples(): unknown[] {
  return [...read('docs/api.md').matchAll(/```json\n(.*)\n```/g)].map(
    ([, json = '']) => JSON.parse(json) as unknown,
  );
}

/** The flags with their placeholders and defaults, from what `--help` prints. */
function flagsOfHelp(): { flag: string; default: string }[] {
  const rows = [
    ...flagsUsage().matchAll(
      /^ {2}(?<flag>--\S+) +.*?(?:default: (?<byDefault>.*)|(?<required>required))$/gm,
    ),
  ];
  return rows.map(({ groups = {} }) => ({
    flag: groups['flag'] ?? '',
    default: groups['byDefault'] ?? groups['required'] ?? '',
  }));
}

/** The metrics in Prometheus' text format; the labels are those of its samples, `name` and a histogram's `le` apart. */
function metricsOf(rendered: string): { metric: string; type: string; labels: string }[] {
  const types = [...rendered.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return types.map(([, metric = '', type = '']) => {
    const samples = [...rendered.matchAll(new RegExp(`^${metric}\\w*\\{(.*)\\} `, 'gm'))];
    assert.ok(samples.length > 0, `no sample of ${metric}, so its labels are not known`);
    const labels = samples.flatMap(([, pairs = '']) =>
      [...pairs.matchAll(/(\w+)="/g)].map(([, label = '']) => label),
    );
    const own = [...new Set(labels)].filter((label) => label !== 'name' && label !== 'le');
    return { metric, type, labels: own.sort().join(', ') };
  });
}
