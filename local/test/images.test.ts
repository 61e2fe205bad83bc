import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveImage } from '../images.ts';

describe('The image node of the embedded cluster', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'images-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a container of it prints that is given these arguments. */
  function output(...args: readonly string[]): string {
    const [program = '', ...parameters] = resolveImage('node:24-slim')?.command ?? [];
    return execFileSync(program, [...parameters, ...args], { cwd: folder, encoding: 'utf8' });
  }

  it('runs a program', () => {
    assert.equal(output('echo', 'a', 'b c'), 'a b c\n');
    assert.equal(output(process.execPath, '--version'), `${process.version}\n`);
  });

  it("gives Node's options to Node", () => {
    assert.equal(output('-p', '1 + 1'), '2\n');
    assert.equal(output('--version'), `${process.version}\n`);
  });

  it('has Node run a script, with its arguments', () => {
    const script = join(folder, 'script.mjs');
    writeFileSync(script, 'console.log(process.argv.slice(2).join());');
    assert.equal(output(script, 'a', '-b'), 'a,-b\n');
    assert.equal(output('script.mjs'), '\n');
  });

  it('runs Node where a container has no arguments', () => {
    assert.deepEqual(resolveImage('node')?.args, [process.execPath]);
  });
});
