import type { Package } from './bundle.ts';
import { appName, electorName } from './names.ts';

/** The sidecar. What reads a kubeconfig is large and not needed in a cluster: it is loaded only where one is used. */
export const elector: Package = {
  folder: 'elector',
  image: electorName,
  entryPoints: ['sidecar/main', 'kubernetes/kubeconfig-credentials'],
};

/** The page. */
export const app: Package = {
  folder: 'app',
  image: appName,
  entryPoints: ['main'],
  browserFiles: [
    'page/browser/page.ts',
    'page/page.css',
    'page/page.html',
    'page/content.html',
    'page/pod.html',
    'page/handover.html',
  ],
};
