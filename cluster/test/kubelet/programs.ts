/** Does nothing, and ends at once when told to. */
export const idle = 'setInterval(() => {}, 1e6);';

/** Does nothing, and does not end when told to. */
export const stubborn = `process.on('SIGTERM', () => console.log('no')); console.log('up'); ${idle}`;

/** Answers every request on `port` with `body`, and logs when it is told to end. */
export function server(port: number, body: string): string {
  return `
    require('http').createServer((request, response) => response.end(${JSON.stringify(body)})).listen(${port});
    process.on('SIGTERM', () => { console.log('told to end'); process.exit(0); });`;
}

/** Answers on `port` with 200, and from the first \`POST\` on with 500. */
export function breakable(port: number): string {
  return `
    let status = 200;
    require('http').createServer((request, response) => {
      if (request.method === 'POST') status = 500;
      response.writeHead(status).end();
    }).listen(${port});`;
}
