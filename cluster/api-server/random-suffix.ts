import { randomInt } from 'node:crypto';

// No vowels and no digits that look like letters, so that no words come about.
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** Five characters, as the server appends them to a `generateName`. */
export function randomSuffix(): string {
  return Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');
}
