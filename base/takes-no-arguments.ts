/** Ends this process with code 2 where it was given an argument, which a script that takes none would ignore otherwise. */
export function takesNoArguments(script: string): void {
  const [first] = process.argv.slice(2);
  if (first === undefined) return;
  console.error(`npm run ${script} takes no arguments, so not ${JSON.stringify(first)}`);
  process.exit(2);
}
