// The embedded API server as a process of its own, as it is on a cluster: what it does takes no time from those who measure.
import { ApiServer } from '../../cluster/index.ts';

const server = await ApiServer.create({
  read: () => {
    throw new Error('nothing runs pods here');
  },
});
await server.listen(0);
// Ctrl-C reaches the whole group; whoever started this still has to clean up.
process.on('SIGINT', () => undefined);
process.once('disconnect', () => process.exit());
process.send?.(server.kubeconfig('bench'));
