import { isIPv6 } from 'node:net';
import type { NodeList, Service } from 'kubernetes-types/core/v1.js';
import { UserError } from '../../base/user-error.ts';
import { launchBrowser } from '../browser.ts';
import { serviceName } from '../../infra/names.ts';
import type { DeployedExample } from '../../proof/observation/deployed-example.ts';

const patienceMs = 5000;

/** The page that shows who leads, as whichever pod the Service chooses answers with it. */
export class Page {
  readonly url: URL;

  constructor(url: URL) {
    this.url = url;
  }

  /** The page at the Service's port on a node. @throws UserError where there is none */
  static async of({ kubectl, namespace }: DeployedExample): Promise<Page> {
    const service = await kubectl.json('get', 'service', serviceName, `--namespace=${namespace}`);
    const nodePort = (service as Service).spec?.ports?.[0]?.nodePort;
    const nodes = (await kubectl.json('get', 'nodes')) as NodeList;
    const address = nodes.items
      .flatMap(({ status }) => status?.addresses ?? [])
      .find(({ type }) => type === 'InternalIP')?.address;
    if (nodePort === undefined || address === undefined)
      throw new UserError('the page has no port on a node, or no node has an InternalIP. Next: --url URL');
    return new Page(new URL(`http://${isIPv6(address) ? `[${address}]` : address}:${nodePort}`));
  }

  /** The text of the page. @throws UserError where nobody answers */
  async text(): Promise<string> {
    try {
      const response = await fetch(this.url, { signal: AbortSignal.timeout(patienceMs) });
      return await response.text();
    } catch (error) {
      const { cause, message } = error as Error;
      const why = cause instanceof Error ? cause.message : message;
      throw new UserError(
        `the page does not answer at ${this.url.href} (${why}). Where the node cannot be reached from here, ` +
          `say where the page is: --url "$(minikube service ${serviceName} --url)"`,
        { cause: error },
      );
    }
  }

  /** Saves a picture of it as a PNG. @throws Error where no browser can be started */
  async saveAs(file: string): Promise<void> {
    const browser = await launchBrowser();
    try {
      const view = await browser.newPage();
      // Its events never end, so there is no idle network to wait for.
      await view.goto(this.url.href, { waitUntil: 'load' });
      await view.screenshot({ path: file, fullPage: true });
    } finally {
      await browser.close();
    }
  }

  /** Its lines, by their ids. @throws UserError as `text` */
  async lines(): Promise<ReadonlyMap<string, string>> {
    const lines = (await this.text()).matchAll(/<p id="(\w+)">([^<]*)<\/p>/g);
    return new Map([...lines].map(([, id = '', text = '']) => [id, text]));
  }
}
