import { join } from 'node:path';
import { build } from 'esbuild';
import { projectFolder } from './bundle.ts';

/** The programs that the library's package brings: the command itself, and the guard that it starts. */
const programs = ['main', 'guard'] as const;

/** Where yaml is as ES modules: its build for Node.js is CommonJS and requires Node's own modules, which no ES module can. */
export const yamlAsModules = join(projectFolder, 'node_modules/yaml/browser/index.js');

/**
 * Bundles `k8s-leader-elector`, the command, into a folder: ES modules that need no `node_modules`. What is imported by `import()` is a
 * file of its own.
 */
export async function bundleCommand(folder: string): Promise<void> {
  await build({
    absWorkingDir: projectFolder,
    entryPoints: programs.map((name) => ({ in: `elector/src/command/${name}.ts`, out: name })),
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    alias: { yaml: yamlAsModules },
    banner: { js: '#!/usr/bin/env node' },
    legalComments: 'none',
    minifyWhitespace: true,
    minifySyntax: true,
    logLevel: 'warning',
  });
}
