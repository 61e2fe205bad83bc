import css from '@eslint/css';
import js from '@eslint/js';
import html from '@html-eslint/eslint-plugin';
import prettier from 'eslint-config-prettier';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

export default defineConfig(
  { ignores: ['**/dist/', 'coverage/', '.embedded/'] },
  {
    files: ['**/*.{ts,js,mjs}'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: { allowDefaultProject: ['*.js'] } } },
    rules: {
      // A longer file is of several things: tests become a folder with a file per chapter (CONTRIBUTING.md).
      'max-lines': ['error', 300],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
  {
    // What they import is installed, and their types are checked, where test/library runs them.
    files: ['elector/examples/**'],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: { parserOptions: { projectService: false } },
  },
  {
    files: ['**/*.css'],
    language: 'css/css',
    plugins: { css },
    extends: ['css/recommended'],
    rules: {
      // The colours are in a file of their own.
      'css/no-invalid-properties': ['error', { allowUnknownVariables: true }],
    },
  },
  {
    files: ['**/*.html'],
    language: 'html/html',
    plugins: { html },
    extends: ['html/recommended'],
    rules: {
      // How it is laid out is Prettier's.
      'html/indent': 'off',
      'html/attrs-newline': 'off',
      'html/element-newline': 'off',
      'html/no-extra-spacing-tags': 'off',
      'html/require-closing-tags': ['error', { selfClosing: 'always' }],
      // A part of a page has its list elsewhere.
      'html/require-li-container': 'off',
    },
  },
  prettier,
);
