const codes = new Set(['ECONNRESET', 'EPIPE']);

/** Whether an error says that the other end closed the connection. */
export function isClosedByPeer(error: NodeJS.ErrnoException): boolean {
  return codes.has(error.code ?? '');
}
