/** The package's version, as in its package.json (a bundle has no package.json beside it to read). */
export const version = '1.0.0';
