import { mergeHandovers, type Handover } from '../handovers.ts';
import content from '../content.html';
import handover from '../handover.html';
import type { PageMessage } from '../message.ts';
import type { Connection, CopyResult, PageView } from '../page-view.ts';
import pod from '../pod.html';
import { render } from '../render.ts';
import { stopwatch } from './elapsed.ts';
import { morph } from './morph.ts';
import { PodOrder } from './pod-order.ts';
import type { UpdateListener, Way } from './updates.ts';

// Longer than it takes to find another pod when one goes away.
const lostAfterMs = 4000;

/** The page in this browser: what was heard last, and all that was heard of handovers, from whichever pod. */
export class LivePage implements UpdateListener {
  readonly #order = new PodOrder();
  #message: PageMessage;
  #sinceMessage = stopwatch();
  #handovers: readonly Handover[] | null;
  #way: Way = 'live';
  #formerPod: string | null = null;
  #copyResult: CopyResult = 'none';

  /** Begins with what came with the page. */
  constructor({ message, handovers }: Pick<PageView, 'message' | 'handovers'>) {
    this.#message = this.#inOrder(message);
    this.#handovers = handovers;
  }

  message(message: PageMessage, way: Way): void {
    if (message.pod !== this.#message.pod) this.#formerPod = this.#message.pod;
    this.#message = this.#inOrder(message);
    this.#sinceMessage = stopwatch();
    this.#way = way;
    this.draw();
  }

  handovers(handovers: readonly Handover[]): void {
    this.#handovers = mergeHandovers(this.#handovers ?? [], handovers);
    this.#copyResult = 'none';
    this.draw();
  }

  copied(result: CopyResult): void {
    this.#copyResult = result;
    this.draw();
  }

  /** Shows everything as it is now. */
  draw(): void {
    const page = render(this.#view(), { content, pod, handover });
    document.title = page.title;
    const template = document.createElement('template');
    template.innerHTML = String(page.content);
    const [shown, wanted] = [document.querySelector('main'), template.content.querySelector('main')];
    if (shown && wanted) morph(shown, wanted);
  }

  #view(): PageView {
    return {
      message: this.#message,
      sinceMs: this.#sinceMessage(),
      handovers: this.#handovers,
      connection: this.#connection(),
      copyResult: this.#copyResult,
    };
  }

  #connection(): Connection {
    const forMs = this.#sinceMessage();
    if (forMs > lostAfterMs) return { kind: 'lost', forMs };
    return { kind: this.#way, formerPod: this.#formerPod };
  }

  #inOrder(message: PageMessage): PageMessage {
    return { ...message, pods: this.#order.sort(message.pods) };
  }
}
