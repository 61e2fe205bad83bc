/** The version in package.json, written here by `npm version`. */
export const version = '1.0.0';
