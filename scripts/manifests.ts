import { refuseNpmBanner } from '../base/npm-banner.ts';
import { withOptions, type Command, type OptionValues } from '../base/options.ts';
import type { Rule } from '../base/rules.ts';
import { runCommand } from '../base/run-command.ts';

const keyAndValue: Rule<readonly [key: string, value: string]> = {
  allowed: 'KEY=VALUE',
  example: 'replicas=5',
  parse: (text) => {
    const at = text.indexOf('=');
    return at < 1 ? undefined : [text.slice(0, at), text.slice(at + 1)];
  },
};

const command = {
  command: 'npm run --silent manifests',
  summary: "Prints the example's objects as YAML. To make them, add: | kubectl apply -f -",
  options: {
    set: {
      form: '--set KEY=VALUE',
      description: 'a config key other than Pulumi.yaml has it, such as --set replicas=5',
      rule: keyAndValue,
      repeatable: true,
    },
  },
} as const satisfies Command;

async function print({ set }: OptionValues<typeof command.options>): Promise<undefined> {
  refuseNpmBanner('npm run --silent manifests | kubectl apply -f -');
  // Loads Pulumi, which takes a second that nobody need wait who made a mistake.
  const { renderManifests } = await import('../local/engine/render-manifests.ts');
  console.log(await renderManifests(Object.fromEntries(set)));
}

await runCommand(withOptions(command, print));
