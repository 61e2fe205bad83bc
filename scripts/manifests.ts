import { parseArgs } from 'node:util';

// npm run --silent manifests -- --set replicas=5 --set namespace=demo | kubectl apply -f -
try {
  const { values } = parseArgs({ options: { set: { type: 'string', multiple: true, default: [] } } });
  const set = Object.fromEntries(values.set.map(keyAndValue));
  refuseNpmBanner();
  // Loads Pulumi, which takes a second that nobody need wait who made a mistake.
  const { renderManifests } = await import('./render-manifests.ts');
  console.log(await renderManifests(set));
} catch (error) {
  // What can be wrong here is what was asked for.
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

// npm writes two lines of its own before a script's output, which are no YAML, unless it is silent.
function refuseNpmBanner(): void {
  const { npm_lifecycle_event: script, npm_config_loglevel: loglevel } = process.env;
  if (process.stdout.isTTY || script === undefined || loglevel === 'silent') return;
  throw new Error(
    'npm has written lines of its own before the manifests, which kubectl cannot read. Next: npm run --silent manifests | kubectl apply -f -',
  );
}

function keyAndValue(setting: string): [string, string] {
  const at = setting.indexOf('=');
  if (at < 1) throw new Error(`--set ${setting} is not like --set replicas=5`);
  return [setting.slice(0, at), setting.slice(at + 1)];
}
