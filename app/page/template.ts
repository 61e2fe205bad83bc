/** HTML made by `fill`: whatever came from outside is escaped in it. */
export class Markup {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  toString(): string {
    return this.#html;
  }
}

/** What stands in for a placeholder: text and numbers, which are escaped, or HTML that was filled before. */
export type Filling = string | number | Markup | readonly Markup[];

/**
 * Puts `fillings` in the places of a template that are named `{{name}}`, between tags or within quoted attributes.
 * @throws Error for a name that the template has and `fillings` has not, or the other way round
 */
export function fill(template: string, fillings: Readonly<Record<string, Filling>>): Markup {
  const unused = new Set(Object.keys(fillings));
  const html = template.replace(/\{\{(\w+)\}\}/g, (_placeholder, name: string) => {
    const filling = fillings[name];
    if (filling === undefined) throw new Error(`nothing is given for {{${name}}}`);
    unused.delete(name);
    return htmlOf(filling);
  });
  if (unused.size > 0) throw new Error(`the template has no place for ${[...unused].join(', ')}`);
  return new Markup(html);
}

function htmlOf(filling: Filling): string {
  if (typeof filling === 'string') return escapeHtml(filling);
  if (typeof filling === 'number' || filling instanceof Markup) return String(filling);
  return filling.map(String).join('');
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
