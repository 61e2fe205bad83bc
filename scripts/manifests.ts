import { parseOptions, UsageError } from '../base/command-line.ts';

const usage = `Prints the example's objects as YAML, for kubectl.

npm run --silent manifests -- [OPTIONS] | kubectl apply -f -

  --set KEY=VALUE  a config key other than Pulumi.yaml has it, such as --set replicas=5; as often as you like
  --help           prints this
`;

try {
  const { help, set } = readOptions();
  if (help) process.stdout.write(usage);
  else await print(set);
} catch (error) {
  // What can be wrong here is what was asked for.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

function readOptions(): { readonly help: boolean; readonly set: Readonly<Record<string, string>> } {
  const { help, set } = parseOptions(
    process.argv.slice(2),
    {
      set: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
    'npm run --silent manifests',
  );
  return { help, set: Object.fromEntries(set.map(keyAndValue)) };
}

function keyAndValue(setting: string): [string, string] {
  const at = setting.indexOf('=');
  if (at < 1) throw new UsageError(`--set ${setting} is not like --set replicas=5`);
  return [setting.slice(0, at), setting.slice(at + 1)];
}

async function print(set: Readonly<Record<string, string>>): Promise<void> {
  refuseNpmBanner();
  // Loads Pulumi, which takes a second that nobody need wait who made a mistake.
  const { renderManifests } = await import('../local/engine/render-manifests.ts');
  console.log(await renderManifests(set));
}

// npm writes two lines of its own before a script's output, which are no YAML, unless it is silent.
function refuseNpmBanner(): void {
  const { npm_lifecycle_event: script, npm_config_loglevel: loglevel } = process.env;
  if (process.stdout.isTTY || script === undefined || loglevel === 'silent') return;
  throw new UsageError(
    'npm has written lines of its own before the manifests, which kubectl cannot read. Next: npm run --silent manifests | kubectl apply -f -',
  );
}
