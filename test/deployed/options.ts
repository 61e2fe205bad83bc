import type { Place } from '../../proof/observation/deployed-example.ts';
import { parseOptions, UsageError } from '../../base/command-line.ts';

export interface Options extends Place {
  /** Where the page is; null: at the Service's port on a node. */
  readonly url: URL | null;
}

const defaultContext = 'minikube';

/** What `--help` prints. */
export const usage = `Tests the example where it is deployed. It deletes the leader's pod, and changes nothing else.

npm run e2e -- [OPTIONS]

  --context NAME    the kubeconfig context; default: ${defaultContext}
  --namespace NAME  the example's namespace; default: wherever it is
  --url URL         the page; default: the Service's port on a node
  --help            prints this

It exits with 0 if everything is as it should be, with 1 otherwise.
`;

/** Reads the options; null: help was asked for. @throws UsageError that names what is wrong */
export function readOptions(args: readonly string[]): Options | null {
  const option = { type: 'string' } as const;
  const {
    help,
    context = defaultContext,
    namespace = null,
    url,
  } = parseOptions(
    args,
    { context: option, namespace: option, url: option, help: { type: 'boolean', short: 'h' } },
    'npm run e2e',
  );
  if (help === true) return null;
  for (const [option, value] of Object.entries({ context, namespace }))
    if (value === '') throw new UsageError(`--${option} is empty; it must be a name`);
  return { context, namespace, url: url === undefined ? null : httpUrl(url) };
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new UsageError(`--url is ${JSON.stringify(text)}; it must be like http://127.0.0.1:30080`);
}
