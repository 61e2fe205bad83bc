import type { Example } from './example.ts';
import type { Key } from './keys.ts';
import { openPage } from './open-page.ts';
import type { Presenter } from './presenter.ts';

/** Does what a key stands for. What comes of it, the story tells. */
export function actOn(action: Key['action'], example: Example, presenter: Presenter): void {
  const { faults } = example;
  switch (action) {
    case 'delete':
      expectLeader(example, faults.delete());
      break;
    case 'crash':
      expectLeader(example, faults.crash());
      break;
    case 'freeze':
      if (faults.frozen === null) expectLeader(example, faults.freeze());
      else thaw(example);
      break;
    case 'open':
      open(example);
      break;
    case 'help':
      presenter.help(example);
      break;
    case 'quit':
      // As Ctrl-C on a terminal that turns it into a signal, so that a second one hurries.
      process.kill(process.pid, 'SIGINT');
      break;
  }
}

function expectLeader(example: Example, pod: string | null): void {
  if (pod === null) note(example, 'nobody leads right now');
}

function thaw(example: Example): void {
  example.faults.askAndThaw().catch((error: unknown) => {
    note(example, `no answer: ${error instanceof Error ? error.message : String(error)}`);
  });
}

function open(example: Example): void {
  if (example.url === '') note(example, 'there is no page yet');
  else openPage(example.url, (why) => note(example, why));
}

function note({ leadership }: Example, text: string): void {
  leadership.tell({ type: 'note', text });
}
