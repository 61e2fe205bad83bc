import { Consumer } from './consumer.ts';
import { pack } from './packed.ts';

describe('Nothing is found in the packed library', () => {
  let consumer: Consumer;

  before(async () => {
    consumer = await Consumer.install('publint@0.3.25', '@arethetypeswrong/cli@0.18.5');
  });
  after(() => consumer.remove());

  it('by arethetypeswrong', async () => {
    await consumer.run('attw', (await pack()).archive);
  });

  it('by publint, suggestions included', async () => {
    await consumer.run('publint', 'run', (await pack()).archive, '--strict', '--level', 'suggestion');
  });
});
