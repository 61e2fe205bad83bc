import type { OptionTable } from '../../base/options.ts';
import { text } from '../../base/rules.ts';

/** The options that say where the example was deployed. */
export const placeOptions = {
  context: {
    form: '--context NAME',
    description: 'the kubeconfig context',
    rule: text('a name', 'minikube'),
    default: 'minikube',
  },
  namespace: {
    form: '--namespace NAME',
    description: "the example's namespace",
    rule: text('a name', 'default'),
    default: null,
    defaultInWords: 'wherever it is',
  },
} as const satisfies OptionTable;
