import { badRequest } from './status.ts';

interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** A `fieldSelector` parameter: `metadata.name=a,status.phase!=Running`. */
export interface FieldSelector {
  readonly requirements: readonly FieldRequirement[];
  matches(fields: Readonly<Record<string, string>>): boolean;
}

/** Reads a `fieldSelector` parameter. @throws ApiStatusError 400 where it cannot be read. */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements = splitUnescaped(text).map((part) => parseTerm(part, text));
  return {
    requirements,
    matches: (fields) =>
      requirements.every(({ field, equal, value }) => ((fields[field] ?? '') === value) === equal),
  };
}

/** The one name that a selector allows, as authorization by resourceNames reads it; null where there is none. */
export function selectedName(selector: FieldSelector): string | null {
  return selector.requirements.find(({ field, equal }) => field === 'metadata.name' && equal)?.value ?? null;
}

const splitUnescaped = (text: string) => text.split(/(?<!\\),/).filter((part) => part !== '');

function parseTerm(part: string, whole: string): FieldRequirement {
  const term = /^(.*?)(!=|==|=)(.*)$/s.exec(part);
  if (!term) throw badRequest(`invalid selector: '${whole}'; can't understand '${part}'`);
  return {
    field: term[1] ?? '',
    equal: term[2] !== '!=',
    value: (term[3] ?? '').replace(/\\(.)/gs, '$1'),
  };
}
