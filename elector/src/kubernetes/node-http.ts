import type * as Http from 'node:http';
import type * as Https from 'node:https';

// Asked for when they are needed, and not imported: an ES module that imports node:http makes Node 24 look at each of its exports, which
// loads a WebSocket client. That would be half of what an app pays for importing the library.

export const nodeHttp = (): typeof Http => process.getBuiltinModule('node:http');
export const nodeHttps = (): typeof Https => process.getBuiltinModule('node:https');
