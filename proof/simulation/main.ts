import { campaign } from './campaign.ts';
const started = performance.now();
const seed = Number(process.argv[2] ?? 1);
const o = await campaign({ seed, steps: Number(process.argv[3] ?? 20000), shrinks: true });
const s = (performance.now() - started) / 1000;
for (const [k, v] of [...o.counts].sort()) console.log(String(v).padStart(8), k);
console.log(o.steps, o.scenarios, s, o.steps / s, o.fingerprint);
console.log(JSON.stringify(o.failure, null, 1));
