import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ScriptedElector } from './scripted-elector.ts';

const main = fileURLToPath(new URL('../dist/main.cjs', import.meta.url));

/** Starts the app as a process, with only these variables of its own. */
function start(env: Record<string, string>) {
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, PORT: '0', POD_NAME: 'pod-a', POD_IP: '10.244.0.7', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  return { child, exited };
}

async function portOf({ stdout }: ChildProcess): Promise<number> {
  assert.ok(stdout);
  for await (const chunk of stdout.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    const [, port] = / pod-a serves its page on port (\d+)$/m.exec(chunk.toString()) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the app ended without serving');
}

describe('The app as a process', () => {
  let elector: ScriptedElector;
  let app: ReturnType<typeof start> | undefined;

  beforeEach(async () => {
    elector = await ScriptedElector.start();
  });

  afterEach(async () => {
    app?.child.kill('SIGKILL');
    await app?.exited;
    app = undefined;
    await elector.stop();
  });

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends at ${signal} with code 0, and with it every open stream`, async () => {
      app = start({ ELECTOR_URL: elector.url.href });
      const port = await portOf(app.child);
      await elector.connected();
      const stream = await fetch(`http://127.0.0.1:${port}/events`);
      const ended = stream.text().catch(() => 'cut off');
      app.child.kill(signal);
      assert.deepEqual(await app.exited, [0, null]);
      await ended;
      await elector.disconnected();
    });
  }

  it('lets go of its port and of the elector at once, though its exit waits for a thread, as of a look-up', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'app-'));
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const holdAThread = `data:text/javascript,import { open } from 'node:fs'; open(${JSON.stringify(pipe)}, () => {});`;
    app = start({
      ELECTOR_URL: elector.url.href,
      NODE_OPTIONS: `--import "${holdAThread.replaceAll('"', '\\"')}"`,
    });
    const port = await portOf(app.child);
    await elector.connected();
    app.child.kill('SIGTERM');
    await elector.disconnected();
    await assert.rejects(fetch(`http://127.0.0.1:${port}/healthz`));
    assert.equal(app.child.exitCode, null);
    // For reading too, which waits for nobody.
    await (await open(pipe, 'r+')).close();
    assert.deepEqual(await app.exited, [0, null]);
    await rm(folder, { recursive: true });
  });

  it('does not say it leads when it wakes, whatever lay unread since', async () => {
    elector.say({ name: 'pod-a', isLeader: true, validForMs: 1000 });
    app = start({ ELECTOR_URL: elector.url.href });
    const port = await portOf(app.child);
    await elector.connected();
    app.child.kill('SIGSTOP');
    elector.say({ name: 'pod-a', isLeader: true, validForMs: 1000 });
    elector.greeting = null;
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('GET / HTTP/1.1\r\nHost: pod-a\r\nConnection: close\r\n\r\n');
    // Long enough for what was said last to have run out: there is no event to wait for.
    await sleep(1500);
    app.child.kill('SIGCONT');
    const answer = await text(socket);
    assert.match(answer, /My hostname: pod-a/);
    assert.doesNotMatch(answer, />I am the current master!</);
    const next = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    assert.doesNotMatch(next, />I am the current master!</);
  });

  it('names a variable it cannot use in one line, and ends with code 2', async () => {
    app = start({ PORT: 'http' });
    assert.ok(app.child.stderr);
    assert.equal(
      await text(app.child.stderr),
      'PORT is "http"; it must be a whole number from 0 to 65535, such as: PORT=8080\n',
    );
    assert.deepEqual(await app.exited, [2, null]);
  });

  it('names a port it cannot have in one line, and ends with code 1', async () => {
    const first = start({ ELECTOR_URL: elector.url.href });
    try {
      const port = await portOf(first.child);
      app = start({ PORT: String(port), ELECTOR_URL: elector.url.href });
      assert.ok(app.child.stderr);
      assert.match(
        await text(app.child.stderr),
        new RegExp(`^PORT ${port} cannot be listened on: .*EADDRINUSE.*\n$`),
      );
      assert.deepEqual(await app.exited, [1, null]);
    } finally {
      first.child.kill('SIGKILL');
      await first.exited;
    }
  });
});
