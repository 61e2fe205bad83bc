import { ModeLog, type ModeLogOptions } from '../../../base/mode-log.ts';

const ownObject = 'the lock is an object of its own';

/** Tells operators, once, that a lock's name is taken by somebody else's object, and when it no longer is. */
export class ForeignLockLog {
  readonly #modes: ModeLog;

  constructor(options: Pick<ModeLogOptions, 'clock' | 'log'>) {
    this.#modes = new ModeLog({ ...options, initially: ownObject });
  }

  /** Why a lock is somebody else's object; null where none is. */
  is(because: string | null): void {
    if (because === null) this.#modes.is('info', ownObject);
    else this.#modes.is('error', 'does not stand', { because });
  }
}
