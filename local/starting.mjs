// Loaded before anything else (see `start` in package.json), so that a person sees at once that something happens: TypeScript's loader and
// what it loads take most of a second.
import process from 'node:process';

const asksForHelp = process.argv.some((argument) => argument === '--help' || argument === '-h');
if (process.stdout.isTTY && !asksForHelp) process.stdout.write('Starting …\n');
