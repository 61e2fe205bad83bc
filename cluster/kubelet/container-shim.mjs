// The parent of all containers, in a session of its own. It starts and signals them as the kubelet says over the IPC
// channel. When the channel closes, however the kubelet ended, it kills them with SIGKILL, which also ends a frozen
// process. Since they are its own children, none of their pids can have passed to another process. Last, it removes the
// files and folders named in its arguments.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';

const children = new Map();

process.on('message', (message) => {
  if (message.type === 'start') start(message);
  else if (message.type === 'input') input(message);
  else signal(message);
});

process.on('disconnect', end);
// Who ends while this program is being loaded was not heard.
if (!process.connected) end();

function end() {
  for (const child of children.values()) killGroup(child);
  exitWhenAlone();
}

function start({ id, command, env, cwd, stdin = false, encoding = 'utf8' }) {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    env,
    cwd,
    detached: true,
    stdio: [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  child.once('error', (error) => {
    if (child.pid === undefined) tell({ type: 'failed', id, message: error.message });
  });
  if (child.pid === undefined) return;
  children.set(id, child);
  // A process that reads no more is no error.
  child.stdin?.on('error', () => undefined);
  tell({ type: 'started', id, pid: child.pid });
  for (const stream of ['stdout', 'stderr'])
    child[stream].setEncoding(encoding).on('data', (text) => tell({ type: 'output', id, stream, text }));
  // The kernel ends a real container with its first process.
  child.once('exit', () => killGroup(child));
  child.once('close', (exitCode, signal) => {
    children.delete(id);
    tell({ type: 'exited', id, exitCode, signal });
    exitWhenAlone();
  });
}

function input({ id, base64 }) {
  const stdin = children.get(id)?.stdin;
  if (base64 === null) stdin?.end();
  else stdin?.write(Buffer.from(base64, 'base64'));
}

// A container's SIGTERM goes to its first process alone; SIGKILL ends all of it.
function signal({ id, signal: name }) {
  const child = children.get(id);
  if (!child) return;
  if (name === 'SIGKILL') killGroup(child);
  else child.kill(name);
}

function killGroup(child) {
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') child.kill('SIGKILL');
  }
}

function tell(message) {
  if (process.connected) process.send(message, () => undefined);
}

function exitWhenAlone() {
  if (process.connected || children.size > 0) return;
  for (const file of process.argv.slice(2)) fs.rmSync(file, { recursive: true, force: true });
  process.exit();
}
