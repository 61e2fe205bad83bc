import assert from 'node:assert/strict';
import { NodePort } from '../../cluster/index.ts';
import { isNodePort, pagePortFor } from '../page-port.ts';

describe("The page's port", () => {
  it('is a node port, for one folder always the same', async () => {
    const port = await pagePortFor('/home/jo/example/.embedded');
    assert.ok(isNodePort(port), String(port));
    assert.equal(await pagePortFor('/home/jo/example/.embedded'), port);
    assert.notEqual(await pagePortFor('/home/jo/copy/.embedded'), port);
  });

  it('is another where somebody else listens there, and the same again once it is free', async () => {
    const port = await pagePortFor('/home/jo/taken/.embedded');
    const other = await NodePort.open(port, () => undefined);
    const next = await pagePortFor('/home/jo/taken/.embedded');
    assert.ok(next !== port && isNodePort(next), String(next));
    other.close();
    assert.equal(await pagePortFor('/home/jo/taken/.embedded'), port);
  });
});
