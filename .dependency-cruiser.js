// The walls: which room may import which. `npm run lint` holds them; docs/architecture.md draws them.

/** Tests, and what only tests use. */
const tests = '(^|/)(test|testing)/';
const npm = '(^|/)node_modules/';
/** Programs that others copy. What they import is installed, and checked, where test/library runs them. */
const examples = '^elector/examples/';
const pageContent = '^app/page/(?!browser/)';

/** What any part of proof may stand on. */
const belowProof = ['^local/', '^cluster/', '^elector/src/', '^infra/', '^base/'];

/** Each room: where it is, what it may import besides itself and Node.js, and why no more. */
const rooms = {
  base: {
    path: '^base/',
    mayImport: [],
    why: 'Every room stands on base: whatever it imported, all would.',
  },
  election: {
    path: '^elector/src/election/',
    mayImport: ['^base/'],
    why: 'The election knows a lock, a clock and a random source. So its rules are read in one room, and the simulation runs it as it is.',
  },
  kubernetes: {
    path: '^elector/src/kubernetes/',
    mayImport: ['^elector/src/(election/|version\\.ts$)', '^base/', npm],
    why: 'Client, credentials and locks serve the library, too, which has no flags, metrics or HTTP API.',
  },
  sidecar: {
    path: '^elector/src/sidecar/',
    mayImport: ['^elector/src/(election|kubernetes)/', '^base/', npm],
    why: "The sidecar is made of the parts that the library is made of. The library's face is for other people's programs.",
  },
  command: {
    path: '^elector/src/command/',
    mayImport: ['^elector/src/(election|kubernetes)/', '^elector/src/version\\.ts$', '^base/'],
    why: "The command is the library's, for programs that cannot call it. What the image serves is none of its business.",
  },
  library: {
    path: '^elector/src/index\\.ts$',
    mayImport: ['^elector/src/(election|kubernetes)/', '^base/'],
    why: 'Who installs the library gets the election and its locks, and no package besides.',
  },
  app: {
    path: '^app/src/',
    mayImport: [pageContent, '^base/', npm],
    why: 'The app is what any program beside an elector may be: it knows the elector by HTTP.',
  },
  page: {
    path: pageContent,
    mayImport: [pageContent],
    why: 'What the page says is put together by the app and again in the browser, so it knows neither.',
  },
  browser: {
    path: '^app/page/browser/',
    mayImport: [pageContent],
    why: 'A browser gets this with all that it imports: no framework, and nothing of Node.',
  },
  cluster: {
    path: '^cluster/',
    mayImport: ['^base/', npm],
    why: 'The embedded cluster is a cluster like any other: it knows no election, and is told what its images are.',
  },
  infra: {
    path: '^infra/',
    mayImport: ['^base/', npm],
    why: 'The stack is deployed on real clusters, without anything that runs, shows or tests it here.',
  },
  program: {
    path: '^index\\.ts$',
    mayImport: ['^infra/'],
    why: 'The program composes what infra declares, and does nothing else.',
  },
  local: {
    path: '^local/',
    mayImport: ['^cluster/', '^infra/', '^base/', npm],
    why: '`npm start` runs elector and app as images are run: as bundles, in processes of their own.',
  },
  observation: {
    path: '^proof/observation/',
    mayImport: ['^proof/[^/]+$', ...belowProof, npm],
    why: 'What listens to electors and judges them serves each experiment, so it knows none.',
  },
  simulation: {
    path: '^proof/simulation/',
    // The one file of fencing is what docs/safety.md prescribes to apps, and so what simulated apps run.
    mayImport: ['^proof/[^/]+$', '^proof/observation/', '^proof/fencing/validity\\.mjs$', ...belowProof, npm],
    why: 'An experiment is read and changed by itself. What two of them need lies in proof/observation or beside it.',
  },
  experiments: {
    path: '^proof/(chaos|bench|fencing|handovers)/',
    mayImport: ['^proof/$1/', '^proof/[^/]+$', '^proof/observation/', ...belowProof, npm],
    why: 'The same as for the simulation.',
  },
  proof: {
    path: '^proof/[^/]+$',
    mayImport: ['^base/', npm],
    why: 'What lies beside the experiments is what all of them count and draw with.',
  },
  scripts: {
    path: '^scripts/',
    mayImport: ['^local/', '^infra/', '^base/', npm],
    why: 'A script is what npm runs. A command of proof or test has its main.ts there.',
  },
};

const roomRules = Object.entries(rooms).map(([name, { path, mayImport, why }]) => {
  const own = path.includes('(') ? [] : [path];
  return {
    name,
    comment: why,
    severity: 'error',
    from: { path, pathNot: tests },
    to: { pathNot: [...own, ...mayImport], dependencyTypesNot: ['core'] },
  };
});

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...roomRules,
    {
      name: 'no-room',
      comment:
        'A file that no rule above speaks of could import anything. Give its folder a room, and say why.',
      severity: 'error',
      from: {
        pathNot: [
          ...Object.values(rooms).map(({ path }) => path),
          examples,
          tests,
          '^elector/src/version\\.ts$',
          '^[^/]+\\.config\\.js$',
          npm,
        ],
      },
      to: {},
    },
    {
      name: 'test-kit',
      comment:
        'Who installs the library gets its test kit, too: it brings no package, and no test of this project.',
      severity: 'error',
      from: { path: '^elector/src/testing/' },
      to: {
        pathNot: ['^elector/src/((testing|election|kubernetes)/|index\\.ts$)', '^base/'],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'examples-stand-alone',
      comment:
        'An example is what somebody else copies: it stands on what they install, and not on this project.',
      severity: 'error',
      from: { path: examples },
      to: { path: '/', pathNot: [examples, npm, '^@'], dependencyTypesNot: ['core', 'unknown'] },
    },
    {
      name: 'cluster-face',
      comment:
        'cluster/index.ts is what the embedded cluster offers; behind it everything may move. Tests share what it is tested with.',
      severity: 'error',
      from: { pathNot: '^cluster/' },
      to: { path: '^cluster/', pathNot: ['^cluster/index\\.ts$', '^cluster/(test|testing)/'] },
    },
    {
      name: 'no-test-in-use',
      comment: 'What runs in earnest does not depend on what was made for tests: a fake clock, say.',
      severity: 'error',
      from: { pathNot: [tests, '^proof/'] },
      to: { path: tests, pathNot: npm },
    },
    {
      name: 'no-test-in-proof',
      comment:
        'What proves something stands on no test. It shares what tests are made of: one store stands for an API server in both.',
      severity: 'error',
      from: { path: '^proof/', pathNot: tests },
      to: { path: tests, pathNot: [npm, '^base/testing/'] },
    },
    {
      name: 'scripts-are-ends',
      comment:
        'A script does something as soon as it is imported. What two need of one is moved into a room.',
      severity: 'error',
      from: {},
      to: { path: '^scripts/' },
    },
    {
      name: 'tests-of-a-room',
      comment: 'A test that needs a room which its own does not know is about both, and lies in test/.',
      severity: 'error',
      from: { path: '^(app|base|cluster|elector)/test/' },
      to: { pathNot: ['^$1/', '^base/', tests, npm], dependencyTypesNot: ['core'] },
    },
    {
      name: 'no-cycle',
      comment:
        'Of two files that import each other, neither is read, tested or moved alone. An import of a type is one: move the type to a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'declared-packages',
      comment:
        'A package that only another workspace has is there by accident. Tests may use those of the whole project.',
      severity: 'error',
      from: { pathNot: [tests, examples] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere tells nothing of where it should lead.',
      severity: 'error',
      from: { pathNot: examples },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Types count: they tie files together as values do.
    tsPreCompilationDeps: true,
    doNotFollow: { path: npm },
    exclude: { path: '(^|/)(dist|coverage|\\.embedded)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'types'],
    },
  },
};
