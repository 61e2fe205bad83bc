import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageMessage } from '../../app/test/page-message.ts';
import { renderPage } from '../../app/src/page.ts';
import { UserError } from '../../base/user-error.ts';
import { Page } from './page.ts';

describe('The page of the deployed example', () => {
  let server: Server;
  let page: Page;

  beforeEach(async () => {
    const html = renderPage({ message: pageMessage({ ip: '10.0.0.7', time: 0 }), handovers: null });
    server = createServer((_, response) => response.end(html)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    page = new Page(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });

  afterEach(() => server.close());

  it('is read line by line, as the app writes it', async () => {
    const lines = await page.lines();
    assert.equal(lines.get('hostname'), 'My hostname: pod-a');
    assert.equal(lines.get('ip'), 'My IP: 10.0.0.7');
    assert.equal(lines.get('verdict'), 'The master is at hostname: pod-b');
    assert.equal(lines.get('time'), 'Current time: Thu, 01 Jan 1970 00:00:00 GMT');
  });

  it('that cannot be reached is named, with what to do', async () => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
    await assert.rejects(page.text(), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^the page does not answer at http:.* \(.*ECONNREFUSED.*\).*--url/);
      return true;
    });
  });
});
