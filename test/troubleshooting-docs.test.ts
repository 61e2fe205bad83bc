import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../infra/bundle.ts';

const read = (path: string) => readFileSync(join(projectFolder, path), 'utf8');

/** Messages of npm, kubectl, Kubernetes and Node.js, which are not in this project's source. */
const others = [
  'EBADENGINE',
  'already exists',
  'ErrImageNeverPull',
  'ImagePullBackOff',
  'ECONNREFUSED',
  '403 Forbidden',
];

const symptoms = ['you see', 'the log says'];

/** What stands in the first column of the tables of symptoms: what is quoted as code or in italics. */
function quoted(markdown: string): string[] {
  const tables = markdown
    .split(/\n(?!\|)/)
    .map((block) => block.trim().split('\n'))
    .filter(([head = '']) => symptoms.some((symptom) => head.startsWith(`| ${symptom} |`)));
  const cells = tables.flatMap(([, , ...rows]) => rows.map((row) => row.split('|')[1] ?? ''));
  return cells.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`|\*([^*]+)\*/g)].map(([, a, b]) => a ?? b ?? ''),
  );
}

/** The pieces of a message that the source has as they are: what stands between what differs, and between a log line's fields. */
function pieces(message: string): string[] {
  return message
    .split(/…|because="|"|\bDIR\b|\bN\b/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}

const source = ['app/page', 'app/src', 'base', 'cluster', 'elector/src', 'infra', 'local', 'scripts']
  .flatMap((folder) =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(ts|html)$/.test(file) && !/(^|\/)(test|node_modules|dist)\//.test(file))
      .map((file) => read(join(folder, file))),
  )
  .join('\n');

describe('The symptoms in docs/troubleshooting.md', () => {
  const messages = quoted(read('docs/troubleshooting.md'));

  it('are found in its tables', () => assert.ok(messages.length >= 20, `${messages.length}`));

  for (const message of messages.filter((one) => !others.includes(one))) {
    it(`are what the program says: ${message}`, () => {
      const unsaid = pieces(message).filter((piece) => !source.includes(piece));
      assert.deepEqual(unsaid, []);
    });
  }
});
