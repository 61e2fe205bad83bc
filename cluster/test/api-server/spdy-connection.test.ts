import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { SpdyConnection } from '../../api-server/spdy/connection.ts';
import { controlFrame, controlTypes, streamNumber } from '../../api-server/spdy/frames.ts';
import { HeaderBlocks } from '../../api-server/spdy/header-blocks.ts';

describe('A SPDY connection', () => {
  it('ends its streams when the client has gone, and nothing else comes of what is written to them', async () => {
    let hasGone = false;
    const transport = new Duplex({
      read: () => undefined,
      write: (_chunk, _encoding, done) => done(hasGone ? new Error('write EPIPE') : null),
    });
    const opened = new Promise<Duplex>((resolve) => {
      new SpdyConnection(transport, (_headers, stream) => resolve(stream));
    });
    const headers = new HeaderBlocks();
    const block = await headers.write(new Map([['streamtype', 'error']]));
    headers.close();
    const open = Buffer.concat([streamNumber(1), Buffer.alloc(6), block]);
    transport.push(controlFrame(controlTypes.synStream, open));
    const stream = await opened;
    hasGone = true;
    stream.end('too late');
    await once(stream, 'close');
  });
});
