import assert from 'node:assert/strict';
import { UsageError } from '../../base/command-line.ts';
import { readOptions, usage } from './options.ts';

describe('The options of npm run e2e', () => {
  it('are the context minikube, wherever the example is in it', () => {
    assert.deepEqual(readOptions([]), { context: 'minikube', namespace: null, url: null });
  });

  it('are taken as they are given', () => {
    const given = readOptions(['--context', 'kind', '--namespace=apps', '--url', 'http://127.0.0.1:30080']);
    assert.deepEqual(given, { context: 'kind', namespace: 'apps', url: new URL('http://127.0.0.1:30080/') });
  });

  it('are explained', () => {
    assert.equal(readOptions(['--help']), null);
    for (const option of ['--context', '--namespace', '--url', '--help'])
      assert.ok(usage.includes(`  ${option} `), option);
  });

  const wrong: [string[], RegExp][] = [
    [['--ctx', 'kind'], /^Unknown option '--ctx'. The options: npm run e2e -- --help$/],
    [['kind'], /^Unexpected argument 'kind'/],
    [['--context', ''], /^--context is empty; it must be a name$/],
    [['--namespace', ''], /^--namespace is empty; it must be a name$/],
    [['--url', '127.0.0.1:30080'], /^--url is "127.0.0.1:30080"; it must be like http:/],
    [['--url', 'file:///page'], /^--url is "file:\/\/\/page"; it must be like http:/],
  ];
  for (const [args, message] of wrong)
    it(`are refused in one line: ${args.join(' ')}`, () => {
      assert.throws(
        () => readOptions(args),
        (error) => error instanceof UsageError && message.test(error.message),
      );
    });
});
