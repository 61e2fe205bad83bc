import { Consumer } from './consumer.ts';

const config = (more: object) => ({ name: 'consumer', jest: { testEnvironment: 'node', ...more } });
/** A test that uses what the library exports, and loads the reader of kubeconfigs. */
const body = `
  test('an elector without a cluster', async () => {
    const lock = new LeaseLock({ name: 'my-service', kubeconfig: '/none/kubeconfig' });
    const elector = new LeaderElector({ lock, leaseDuration: 15 });
    expect(elector.isLeader()).toBe(false);
    await expect(elector.run(new AbortController().signal)).rejects.toThrow('kubeconfig /none/kubeconfig does not exist');
    expect(() => new LeaderElector({ lock, leaseDuration: 15000 })).toThrow(RangeError);
    await expect(elector.resign()).rejects.toThrow(NotLeadingError);
  });`;
const imports = `import { LeaderElector, LeaseLock, NotLeadingError } from 'k8s-leader-elector';`;

describe('The packed library in tests of others, without flags', () => {
  let consumer: Consumer;

  beforeEach(async () => {
    consumer = await Consumer.empty();
  });
  afterEach(() => consumer.remove());

  it('under Jest', async () => {
    await consumer.write('package.json', config({}));
    await consumer.add('jest@30.5.2');
    await consumer.write(
      'required.test.js',
      `const { LeaderElector, LeaseLock, NotLeadingError } = require('k8s-leader-elector');${body}`,
    );
    // As Jest has it by default, babel-jest makes CommonJS of it.
    await consumer.write('.babelrc', { plugins: ['@babel/plugin-transform-modules-commonjs'] });
    await consumer.add('@babel/plugin-transform-modules-commonjs@7.28.6');
    await consumer.write('imported.test.js', `${imports}${body}`);
    await consumer.run('jest', '--ci');
  });

  it('under ts-jest', async () => {
    await consumer.write('package.json', config({ preset: 'ts-jest' }));
    const packages = ['jest@30.5.2', 'ts-jest@29.4.15', 'typescript@5.9.3'];
    await consumer.add(...packages, '@types/jest@30.0.0', '@types/node@20.19.43');
    const compilerOptions = { module: 'commonjs', target: 'es2022', strict: true, esModuleInterop: true };
    await consumer.write('tsconfig.json', { compilerOptions });
    await consumer.write('elector.test.ts', `${imports}${body}`);
    await consumer.run('jest', '--ci');
  });
});
