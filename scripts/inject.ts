import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';
import { textOf } from '../base/error-text.ts';
import { lockKinds } from '../base/lock-kinds.ts';
import { refuseNpmBanner } from '../base/npm-banner.ts';
import { withOptions, type Command, type OptionValues } from '../base/options.ts';
import { dnsLabel, dnsSubdomain, leaseSeconds, oneOf, text, url } from '../base/rules.ts';
import { runCommand } from '../base/run-command.ts';
import { UserError } from '../base/user-error.ts';
import { imageName } from '../infra/image-name.ts';
import { inject } from '../infra/inject/inject.ts';
import { elector } from '../infra/packages.ts';

const command = {
  command: 'npm run --silent inject',
  summary:
    'Puts an elector beside the pods of Deployments, StatefulSets and DaemonSets: YAML in, YAML out, for kubectl apply -f -',
  options: {
    files: {
      form: '--filename FILE',
      short: 'f',
      description: 'a file of manifests, or - for standard input, which is read where no file is named',
      rule: text('a file', 'deployment.yaml'),
      repeatable: true,
    },
    election: {
      form: '--election NAME',
      description: 'the name of the election and of its lock',
      rule: dnsSubdomain,
      default: null,
      defaultInWords: "the workload's",
    },
    lock: {
      form: '--lock KIND',
      description: `the kind of object that holds the lock, ${lockKinds.join(', ')}`,
      rule: oneOf(lockKinds),
      default: 'leases',
    },
    ttlSeconds: {
      form: '--ttl SECONDS',
      description: 'how long a leader that went silent keeps the lock, 3 to 86400',
      rule: leaseSeconds,
      default: '10',
    },
    appHealthUrl: {
      form: '--app-health-url URL',
      description: 'a pod stands only while this http URL of its answers 2xx',
      rule: url(['http'], 'http://localhost:80/'),
      default: null,
      defaultInWords: 'always stand',
    },
    image: {
      form: '--image IMAGE',
      description: "the elector's image",
      rule: text('an image', 'ghcr.io/me/leader-elector:1.0.0'),
      default: null,
      defaultInWords: 'what `npm run images` has built on the node',
    },
    namespace: {
      form: '--namespace NAMESPACE',
      description: 'that of workloads which name none, as kubectl is told',
      rule: dnsLabel,
      default: null,
      defaultInWords: 'default',
    },
    plain: {
      form: '--plain-container',
      description: 'no native sidecar: for clusters before Kubernetes 1.29',
    },
  },
} as const satisfies Command;

async function run(options: OptionValues<typeof command.options>): Promise<undefined> {
  refuseNpmBanner('npm run --silent inject < FILE | kubectl apply -f -');
  const { files, image, appHealthUrl, plain, ...told } = options;
  const manifests = await Promise.all((files.length > 0 ? files : ['-']).map(read));
  const { yaml, notes } = inject(manifests.join(''), {
    ...told,
    image: image ?? (await imageName(elector)),
    // What is on the node alone is not to be looked for on Docker Hub.
    imagePullPolicy: image === null ? 'Never' : 'IfNotPresent',
    appHealthUrl: appHealthUrl?.href ?? null,
    nativeSidecar: !plain,
  });
  process.stdout.write(yaml);
  for (const note of notes) console.error(note);
}

/** A file's documents. @throws UserError that names the file */
async function read(file: string, index: number): Promise<string> {
  try {
    const content = file === '-' ? await textOfStream(process.stdin) : await readFile(file, 'utf8');
    return index === 0 || /^---/.test(content) ? endedLine(content) : `---\n${endedLine(content)}`;
  } catch (error) {
    throw new UserError(`--filename is ${JSON.stringify(file)}, which cannot be read: ${textOf(error)}`, {
      cause: error,
    });
  }
}

function endedLine(content: string): string {
  return content === '' || content.endsWith('\n') ? content : `${content}\n`;
}

await runCommand(withOptions(command, run));
