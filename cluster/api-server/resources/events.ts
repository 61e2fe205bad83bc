import type { Event } from 'kubernetes-types/core/v1.js';
import { invalidValue } from '../field-error.ts';
import { age } from '../human-duration.ts';
import { eventSchema } from '../schema/core.ts';
import { defineResource } from '../resource.ts';
import type { ResourceDefinition } from '../resource.ts';

const definition: ResourceDefinition<Event> = {
  group: '',
  version: 'v1',
  kind: 'Event',
  schema: eventSchema,
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  createOnUpdate: true,
  columns: [
    { name: 'Last Seen', description: 'When it happened last.', cell: lastSeen },
    { name: 'Type', description: 'Normal or Warning.', cell: ({ type }) => type ?? '' },
    { name: 'Reason', description: 'What happened, in one word.', cell: ({ reason }) => reason ?? '' },
    {
      name: 'Object',
      description: 'What it happened to.',
      cell: ({ involvedObject: { kind = '', name = '' } }) => `${kind.toLowerCase()}/${name}`,
    },
    {
      name: 'Subobject',
      wide: true,
      description: 'Which part of that.',
      cell: ({ involvedObject }) => involvedObject.fieldPath ?? '',
    },
    { name: 'Source', wide: true, description: 'Who reports it.', cell: source },
    {
      name: 'Message',
      description: 'What happened, for people.',
      cell: ({ message }) => (message ?? '').trim(),
    },
    { name: 'First Seen', wide: true, description: 'When it happened first.', cell: firstSeen },
    {
      name: 'Count',
      wide: true,
      type: 'integer',
      description: 'How often it happened.',
      cell: ({ series, count }) => series?.count ?? (count || 1),
    },
    {
      name: 'Name',
      wide: true,
      description: 'Name of the event.',
      cell: ({ metadata }) => metadata.name ?? '',
    },
  ],
  selectableFields: ({ involvedObject: about, reason, source: from, reportingComponent, type }) => ({
    'involvedObject.kind': about.kind,
    'involvedObject.namespace': about.namespace,
    'involvedObject.name': about.name,
    'involvedObject.uid': about.uid,
    'involvedObject.apiVersion': about.apiVersion,
    'involvedObject.resourceVersion': about.resourceVersion,
    'involvedObject.fieldPath': about.fieldPath,
    reason,
    reportingComponent,
    source: from?.component ?? reportingComponent,
    type,
  }),
  setDefaults(event) {
    event.source ??= {};
    event.reportingComponent ??= '';
    event.reportingInstance ??= '';
  },
  validate({ metadata, involvedObject }) {
    const expected = involvedObject.namespace ?? 'default';
    return metadata.namespace === expected
      ? []
      : [
          invalidValue(
            'involvedObject.namespace',
            involvedObject.namespace ?? '',
            'does not match event.namespace',
          ),
        ];
  },
};

export const events = defineResource(definition);

function lastSeen({ series, lastTimestamp, eventTime, count }: Event, now: number): string {
  if (series) return repeated(age(series.lastObservedTime, now), series.count, age(eventTime, now));
  return count && count > 1 ? age(lastTimestamp, now) : age(lastTimestamp ?? eventTime, now);
}

const repeated = (last: string, count: number | undefined, since: string) =>
  `${last} (x${count ?? 0} over ${since})`;

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return age(firstTimestamp ?? eventTime, now);
}

function source({ source: from, reportingComponent, reportingInstance }: Event): string {
  const component = from?.component ?? reportingComponent ?? '';
  const host = from?.host ?? reportingInstance ?? '';
  return host === '' ? component : `${component}, ${host}`;
}
