import { age } from './human-duration.ts';

/** A column of `kubectl get`. */
export interface Column<T> {
  readonly name: string;
  /** The OpenAPI type; strings unless said otherwise. */
  readonly type?: 'string' | 'integer' | 'date';
  /** Shown with `-o wide` alone. */
  readonly wide?: boolean;
  /** What it says, for people. */
  readonly description: string;
  /** The cell. `now` is in milliseconds since 1970. */
  cell(object: T, now: number): string | number;
}

/** The column AGE, which nearly every resource has. */
export const ageColumn: Column<{ metadata?: { creationTimestamp?: string } }> = {
  name: 'Age',
  description: 'How long ago the object was created.',
  cell: (object, now) => age(object.metadata?.creationTimestamp, now),
};
