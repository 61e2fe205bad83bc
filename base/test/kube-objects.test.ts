import { KubeObjects } from '../testing/kube-objects.ts';
import { describeKubeObjects } from './kube-objects-cases.ts';

describe('The objects of tests', () => {
  describeKubeObjects(() => new KubeObjects());
});
