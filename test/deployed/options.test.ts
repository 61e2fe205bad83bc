import assert from 'node:assert/strict';
import { readOptions, usage } from '../../base/options.ts';
import { UserError } from '../../base/user-error.ts';
import { command } from './options.ts';

const read = (args: readonly string[]) => readOptions(command, args);

describe('The options of npm run e2e', () => {
  it('are the context minikube, wherever the example is in it', () => {
    assert.deepEqual(read([]), { context: 'minikube', namespace: null, url: null, picture: null });
  });

  it('are taken as they are given', () => {
    const typed = [
      '--context',
      'kind',
      '--namespace=apps',
      '--url',
      'http://127.0.0.1:30080',
      '--picture=a.png',
    ];
    assert.deepEqual(read(typed), {
      context: 'kind',
      namespace: 'apps',
      url: new URL('http://127.0.0.1:30080/'),
      picture: 'a.png',
    });
  });

  it('are explained', () => {
    assert.equal(read(['--help']), null);
    for (const option of ['--context', '--namespace', '--url', '--picture', '--help'])
      assert.ok(usage(command).includes(`  ${option} `), option);
  });

  const wrong: [string[], RegExp][] = [
    [['--ctx', 'kind'], /^Unknown option '--ctx'. The options: npm run e2e -- --help$/],
    [['kind'], /^Unexpected argument 'kind'/],
    [['--context', ''], /^--context is ""; it must be a name, such as: npm run e2e -- --context minikube$/],
    [
      ['--namespace', ''],
      /^--namespace is ""; it must be a name, such as: npm run e2e -- --namespace default$/,
    ],
    [
      ['--url', '127.0.0.1:30080'],
      /^--url is "127.0.0.1:30080"; it must be an http or https URL, such as: npm run e2e -- --url http:/,
    ],
    [
      ['--url', 'file:///page'],
      /^--url is "file:\/\/\/page"; it must be an http or https URL, such as: npm run e2e -- --url http:/,
    ],
  ];
  for (const [args, message] of wrong)
    it(`are refused in one line: ${args.join(' ')}`, () => {
      assert.throws(
        () => read(args),
        (error) => error instanceof UserError && error.exitCode === 2 && message.test(error.message),
      );
    });
});
