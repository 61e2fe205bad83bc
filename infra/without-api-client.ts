import type { Plugin } from 'esbuild';

const apiClient = /[\\/]@kubernetes[\\/]client-node[\\/]dist[\\/]gen[\\/]index\.js$/;

/**
 * Leaves client-node's generated API client out of a bundle. What reads a kubeconfig imports it but never calls it, and its 740
 * files take most of the time of bundling. Should a release of client-node import more of it, the bundle fails and names that.
 */
export const withoutApiClient: Plugin = {
  name: 'without-api-client',
  setup(build) {
    const contents = 'export const createConfiguration = undefined, ServerConfiguration = undefined;';
    build.onLoad({ filter: apiClient }, () => ({ contents }));
  },
};
