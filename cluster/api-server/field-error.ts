/** One broken rule of an object: a cause in the details of a 422. */
export interface FieldError {
  /** Path of the field, as in `spec.template.spec.containers[0].name`. */
  readonly field: string;
  /** One of Kubernetes' cause types, `FieldValueRequired` and so on. */
  readonly reason: string;
  readonly message: string;
}

const withDetail = (text: string, detail: string) => (detail === '' ? text : `${text}: ${detail}`);

export function required(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: withDetail('Required value', detail) };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  const message = withDetail(`Invalid value: ${JSON.stringify(value ?? null)}`, detail);
  return { field, reason: 'FieldValueInvalid', message };
}

export function forbiddenValue(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail) };
}

export function duplicate(field: string, value: unknown): FieldError {
  return {
    field,
    reason: 'FieldValueDuplicate',
    message: `Duplicate value: ${JSON.stringify(value ?? null)}`,
  };
}

export function notSupported(field: string, value: string, supported: readonly string[]): FieldError {
  const list = [...supported].sort().map((choice) => JSON.stringify(choice));
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list.join(', ')}`;
  return { field, reason: 'FieldValueNotSupported', message };
}

export const immutable = (field: string, value: unknown): FieldError =>
  invalidValue(field, value, 'field is immutable');
