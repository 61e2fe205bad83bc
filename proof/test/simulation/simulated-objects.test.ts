import { describeKubeObjects } from '../../../base/test/kube-objects-cases.ts';
import { SimulatedObjects } from '../../simulation/simulated-objects.ts';
import { World } from '../../simulation/world.ts';

describe('The objects of the simulation', () => {
  describeKubeObjects(() => new SimulatedObjects(new World(1, false)));
});
