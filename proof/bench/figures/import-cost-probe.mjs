import { performance } from 'node:perf_hooks';
import process from 'node:process';

// Imports the module that it is given, if any, and tells what that took; then waits to be measured and ended.
const [module] = process.argv.slice(2);
const startedAt = performance.now();
if (module !== undefined) await import(module);
process.send({ importMs: performance.now() - startedAt });
process.once('disconnect', () => process.exit());
