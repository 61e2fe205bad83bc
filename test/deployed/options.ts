import type { Command } from '../../base/options.ts';
import { text, url } from '../../base/rules.ts';
import { placeOptions } from '../../proof/observation/place-options.ts';

/** `npm run e2e` and its options. */
export const command = {
  command: 'npm run e2e',
  summary: "Tests the example where it is deployed. It deletes the leader's pod, and changes nothing else.",
  options: {
    ...placeOptions,
    url: {
      form: '--url URL',
      description: 'the page',
      rule: url(['http', 'https'], 'http://127.0.0.1:30080'),
      default: null,
      defaultInWords: "the Service's port on a node",
    },
    picture: {
      form: '--picture FILE',
      description: 'where to save a picture of the page, as PNG',
      rule: text('a file', 'page.png'),
      default: null,
      defaultInWords: 'none is taken',
    },
  },
  remark: 'It exits with 0 if everything is as it should be, with 1 otherwise.',
} as const satisfies Command;
