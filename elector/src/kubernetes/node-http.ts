import type * as Http from 'node:http';
import type * as Https from 'node:https';
import type * as Tls from 'node:tls';
import type * as Net from 'node:net';

// Asked for when they are needed, and not imported: an ES module that imports node:http makes Node 24 look at each of its exports, which
// loads a WebSocket client. That would be half of what an app pays for importing the library.

export const nodeHttp = (): typeof Http => process.getBuiltinModule('node:http');
export const nodeHttps = (): typeof Https => process.getBuiltinModule('node:https');
export const nodeNet = (): typeof Net => process.getBuiltinModule('node:net');
export const nodeTls = (): typeof Tls => process.getBuiltinModule('node:tls');
