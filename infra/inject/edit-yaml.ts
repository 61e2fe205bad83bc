import { isDeepStrictEqual } from 'node:util';
import { isMap, isNode, isSeq, parseDocument, visit } from 'yaml';
import type { Document, Node, YAMLMap, YAMLSeq } from 'yaml';
import { isJsonObject, type JsonObject } from '../../base/json.ts';
import { yamlOf } from './manifests.ts';

// Whatever stays is written as it was: a scalar is the text that it is written as, and not a number, say.
const parse = (text: string): Document => parseDocument(text, { schema: 'failsafe', customTags: ['null'] });

/** The text of a YAML document, changed from saying `before` to saying `after`; comments, order and quotes stay. */
export function editYaml(text: string, before: unknown, after: unknown): string {
  if (isDeepStrictEqual(before, after)) return text;
  const document = parse(text);
  document.contents = changed(document.contents, before, after);
  return document.toString(styleOf(text));
}

/** Whether a document says the same in several places by reference: who changes one of them changes all. */
export function hasAliases(text: string): boolean {
  let found = false;
  visit(parse(text), { Alias: () => ((found = true), visit.BREAK) });
  return found;
}

function styleOf(text: string) {
  const [, indent = '  '] = /^( +)[^\s#-]/m.exec(text) ?? [];
  return {
    lineWidth: 0,
    indent: indent.length,
    // kubectl itself writes the items of a list right below its key.
    indentSeq: !/^( *)[\w.'"-]+:[^\S\n]*(?:#.*)?\n(?:\s*#.*\n)*\1- /m.test(text),
    flowCollectionPadding: /[{[] /.test(text),
  };
}

function changed(node: Node | null, before: unknown, after: unknown): Node | null {
  if (node !== null && isDeepStrictEqual(before, after)) return node;
  if (isMap(node) && isJsonObject(before) && isJsonObject(after)) return changedMap(node, before, after);
  if (isSeq(node) && Array.isArray(before) && Array.isArray(after)) return changedSeq(node, before, after);
  return parse(yamlOf(after)).contents;
}

function changedMap(map: YAMLMap, before: JsonObject, after: JsonObject): Node {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) map.delete(key);
  for (const [key, value] of Object.entries(after)) {
    const present = map.get(key, true);
    if (!isDeepStrictEqual(before[key], value))
      map.set(key, changed(isNode(present) ? present : null, before[key], value));
  }
  return map;
}

/** Items keep their place in the text with what makes them the same: a name, or where they are mounted. */
function changedSeq(seq: YAMLSeq, before: readonly unknown[], after: readonly unknown[]): Node {
  const items = seq.items.map((node, at) => ({ node, value: before[at] }));
  seq.items = after.map((value) => {
    const at = items.findIndex((item) => isDeepStrictEqual(identityOf(item.value), identityOf(value)));
    const [same] = at === -1 ? [] : items.splice(at, 1);
    return changed(isNode(same?.node) ? same.node : null, same?.value, value);
  });
  return seq;
}

function identityOf(item: unknown): unknown {
  return isJsonObject(item) ? (item['mountPath'] ?? item['name'] ?? item) : item;
}
