/**
 * Replaces each `$(NAME)` by the variable's value, as Kubernetes does in `command`, `args` and `env`: an unknown name
 * stays as written, and `$$` stands for one dollar sign.
 */
export function expandVariables(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (written: string, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? written),
  );
}
