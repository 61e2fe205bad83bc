import type { Command } from '../../base/options.ts';
import { wholeNumber } from '../../base/rules.ts';
import { placeOptions } from '../observation/place-options.ts';

const most = 1000;

/** `npm run handovers` and its options. */
export const command = {
  command: 'npm run handovers',
  summary:
    "Measures how the example hands over where it is deployed. It deletes the leader's pod, and restarts the Deployment, as often as is asked for.",
  options: {
    ...placeOptions,
    deletions: {
      form: '--deletions N',
      description: `how often the leader's pod is deleted, 0 to ${most}`,
      rule: wholeNumber(0, most),
      default: '20',
    },
    rollouts: {
      form: '--rollouts N',
      description: `how often the Deployment is restarted, 0 to ${most}`,
      rule: wholeNumber(0, most),
      default: '20',
    },
  },
  remark: 'Ends with 0 whether the targets are met or not, with 1 where something could not be measured.',
} as const satisfies Command;
