import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';
import type { EmbeddedCluster } from '../cluster/index.ts';
import { electorPort } from '../infra/names.ts';

/**
 * The question whether it leads, to a pod's elector. It may be frozen: then the question waits in its socket, and what answers it is the first
 * thing that the elector says when it goes on.
 */
export class ElectorQuestion {
  readonly #request: ClientRequest;
  readonly #answer: Promise<boolean>;

  private constructor(port: number) {
    this.#request = request({ host: '127.0.0.1', port, path: '/', agent: false });
    this.#answer = once(this.#request, 'response').then(([response]) =>
      isLeaderIn(response as IncomingMessage),
    );
    // It may be asked for later, or by nobody.
    this.#answer.catch(() => undefined);
  }

  /** Asks; resolves once the question has reached the elector's socket. Rejects where nobody listens there. */
  static async ask(
    { api, kubelet }: EmbeddedCluster,
    namespace: string,
    pod: string,
  ): Promise<ElectorQuestion> {
    const found = api.get({ group: '', resource: 'pods' }, namespace, pod);
    const { podIP = '' } = found['status'] as { podIP?: string };
    const port = kubelet.network.resolve(podIP, electorPort);
    if (port === undefined) throw new Error(`${pod} does not listen on port ${electorPort}`);
    const question = new ElectorQuestion(port);
    const sent = once(question.#request, 'finish');
    question.#request.end();
    await sent;
    return question;
  }

  /** Whether it says that it leads. Rejects where it ends, or is killed, without an answer. */
  answer(): Promise<boolean> {
    return this.#answer;
  }
}

async function isLeaderIn(response: IncomingMessage): Promise<boolean> {
  return ((await json(response)) as { readonly isLeader: boolean }).isLeader;
}
