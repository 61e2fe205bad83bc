import assert from 'node:assert/strict';
import type { JsonObject } from '../../../base/json.ts';
import { successorAmong } from '../../src/kubernetes/pod-successor.ts';

interface Given {
  readonly template?: string;
  readonly minute?: number;
  readonly ready?: boolean;
  readonly ending?: boolean;
  readonly node?: string;
}

function pod(name: string, given: Given = {}): JsonObject {
  const { template = 'old', minute = 0, ready = true, ending = false, node = 'node-1' } = given;
  const time = (at: number) => new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString();
  return {
    metadata: {
      name,
      labels: { 'pod-template-hash': template },
      creationTimestamp: time(minute),
      ...(ending ? { deletionTimestamp: time(minute + 1) } : {}),
    },
    spec: { nodeName: node },
    status: { conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
  };
}

const leader = pod('leader', { ending: true });

const cases: readonly (readonly [says: string, pods: readonly JsonObject[], successor: string | null])[] = [
  ['names a pod that is ready', [leader, pod('a')], 'a'],
  ['names no pod that is not ready', [leader, pod('a', { ready: false })], null],
  ['names no pod that is about to end', [leader, pod('a', { ending: true })], null],
  ['does not name itself', [pod('leader')], null],
  [
    'names nobody where its own name is no pod: then the names of the others are none either',
    [pod('a')],
    null,
  ],
  [
    'names a pod of the newest template',
    [leader, pod('a'), pod('b', { template: 'new', minute: 5 }), pod('c')],
    'b',
  ],
  [
    'names a pod of the template that is rolled back to: one of its pods is the newest',
    [
      leader,
      pod('a', { template: 'rolled back', minute: 5 }),
      pod('b', { template: 'first', minute: 0 }),
      pod('c', { template: 'first', minute: 9, ready: false }),
    ],
    'b',
  ],
  [
    'names a pod of an older template where none of the newest is ready',
    [leader, pod('a'), pod('b', { template: 'new', minute: 5, ready: false })],
    'a',
  ],
  [
    'names a pod on another node, since its own may be drained',
    [leader, pod('a', { minute: 1 }), pod('b', { minute: 2, node: 'node-2' })],
    'b',
  ],
  [
    'names the oldest of those that are alike, since a Deployment that shrinks takes the newest first',
    [leader, pod('a', { minute: 2 }), pod('b', { minute: 1 })],
    'b',
  ],
];

describe('A leader that looks for its successor among the pods', () => {
  for (const [says, pods, successor] of cases) {
    it(says, () => assert.equal(successorAmong(pods, 'leader'), successor));
  }

  it('knows the pods of a StatefulSet or DaemonSet by their revision', () => {
    const revised = (object: JsonObject, revision: string) => ({
      ...object,
      metadata: { ...(object['metadata'] as JsonObject), labels: { 'controller-revision-hash': revision } },
    });
    const pods = [
      revised(leader, 'a'),
      revised(pod('web-0'), 'a'),
      revised(pod('web-2', { minute: 1 }), 'b'),
      revised(pod('web-1', { minute: 2 }), 'b'),
    ];
    assert.equal(successorAmong(pods, 'leader'), 'web-2');
  });

  it('is not confused by what is no pod', () => {
    assert.equal(
      successorAmong([{}, { metadata: null }, leader, { metadata: { name: 'a' } }], 'leader'),
      null,
    );
  });
});
