import { relative } from 'node:path';
import type { KubernetesObject } from '../../cluster/index.ts';
import type { Paint } from '../colours.ts';
import type { Example } from '../example.ts';
import { nextCommands, quoted } from '../next-commands.ts';
import type { Narrator } from '../narrator.ts';
import { objectPath } from '../object-path.ts';
import type { Presenter } from '../presenter.ts';
import { shortName } from '../story/words.ts';
import { frame, type ViewState } from './frame.ts';
import { painted } from './line.ts';
import { LiveScreen, type TerminalStream } from './live-screen.ts';

// Often enough for a bar to run down rather than jump.
const redrawMs = 200;
/** An absolute path that is longer leaves no room for what stands before it. */
const longestPath = 64;

/** Shows the example on the whole terminal, as it is at each moment. When it ends, the terminal has what happened, line by line. */
export class LiveView implements Presenter {
  readonly #screen: LiveScreen;
  readonly #paint: Paint;
  readonly #narrator: Narrator;
  readonly #hasKeys: boolean;
  #example: Example | null = null;
  #awaited: string | null = 'Starting: the Pulumi program index.ts is being loaded …';
  #isHelpShown = false;
  #endRedrawing: () => void = () => {};

  /** `narrator` tells what is to stay on the terminal. */
  constructor(stream: TerminalStream, paint: Paint, narrator: Narrator, hasKeys: boolean) {
    this.#screen = new LiveScreen(stream, () => this.#draw());
    this.#paint = paint;
    this.#narrator = narrator;
    this.#hasKeys = hasKeys;
  }

  follow(example: Example): void {
    this.#example = example;
    this.#screen.open();
    const timer = setInterval(() => this.#draw(), redrawMs);
    const endStory = example.leadership.onEntry(() => this.#draw());
    this.#endRedrawing = () => {
      clearInterval(timer);
      endStory();
    };
    this.#draw();
  }

  made(object: KubernetesObject): void {
    this.#awaited =
      object.kind === 'Deployment'
        ? 'Starting: the pods start, and the first elector that is ready will lead …'
        : `Starting: ${objectPath(object)} is created …`;
    this.#draw();
  }

  ready(): void {
    this.#awaited = null;
    this.#draw();
  }

  help(): void {
    this.#isHelpShown = !this.#isHelpShown;
    this.#draw();
  }

  leave(): void {
    this.#endRedrawing();
    this.#screen.close();
    const entries = this.#example?.leadership.story.entries ?? [];
    this.#example = null;
    for (const entry of entries) if (entry.kind !== 'pod') this.#narrator.entry(entry, shortName);
  }

  deleted(object: KubernetesObject): void {
    this.#narrator.deleted(object);
  }

  #draw(): void {
    if (this.#example === null) return;
    const lines = frame(this.#state(this.#example), this.#screen.size, performance.now());
    this.#screen.draw(lines.map((spans) => painted(spans, this.#paint)));
  }

  #state(example: Example): ViewState {
    const path = example.kubeconfigPath;
    const kubeconfig = path.length > longestPath ? relative(process.cwd(), path) : path;
    return {
      story: example.leadership.story,
      awaited: this.#awaited,
      url: example.url === '' ? null : example.url,
      kubeconfig,
      replicas: Number(example.options.config.replicas),
      commands: [`export KUBECONFIG=${quoted(kubeconfig)}`, ...nextCommands(example, 'kubectl')],
      hasKeys: this.#hasKeys,
      isHelpShown: this.#isHelpShown,
    };
  }
}
