import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { durationsOf, identityOf } from '../../src/election/leader-election-config.ts';

describe('The durations of an election', () => {
  it("have client-go's proportions", () => {
    const durations = durationsOf({ leaseDuration: 15 });
    assert.deepEqual(durations, {
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      renewPeriodMs: 5_000,
      retryPeriodMs: 2_000,
      drainTimeoutMs: Infinity,
    });
  });

  it('leave a third of the lease between the end of the right and the end of the lease, whatever the lease', () => {
    for (const leaseDuration of [3, 4, 7, 10, 61, 3601, 86_400]) {
      const { leaseDurationMs, renewDeadlineMs, retryPeriodMs } = durationsOf({ leaseDuration });
      assert.equal(leaseDurationMs, leaseDuration * 1000);
      assert.ok(leaseDurationMs - renewDeadlineMs >= leaseDurationMs / 3 - 1e-6);
      assert.ok(retryPeriodMs <= renewDeadlineMs / 2);
    }
  });

  it('may be shorter than that within the lease', () => {
    const { renewDeadlineMs, renewPeriodMs, retryPeriodMs, drainTimeoutMs } = durationsOf({
      leaseDuration: 15,
      renewDeadline: 5,
      retryPeriod: 0.5,
      drainTimeout: 0,
    });
    assert.deepEqual([renewDeadlineMs, renewPeriodMs, retryPeriodMs, drainTimeoutMs], [5_000, 2_500, 500, 0]);
  });

  it('may lie on their limits', () => {
    const durations = durationsOf({ leaseDuration: 15, renewDeadline: 10, retryPeriod: 5 });
    assert.deepEqual([durations.renewDeadlineMs, durations.retryPeriodMs], [10_000, 5_000]);
  });

  for (const leaseDuration of [0, 2, 2.999, 3.5, 86_401, -10, NaN, Infinity]) {
    it(`refuse a leaseDuration of ${leaseDuration}`, () => {
      assert.throws(() => durationsOf({ leaseDuration }), {
        name: 'RangeError',
        message: `leaseDuration is ${leaseDuration}; it must be a whole number of seconds from 3 to 86400`,
      });
    });
  }

  for (const renewDeadline of [0, -1, 10.001, 15, NaN, Infinity]) {
    it(`refuse a renewDeadline of ${renewDeadline} for a lease of 15`, () => {
      assert.throws(() => durationsOf({ leaseDuration: 15, renewDeadline }), {
        name: 'RangeError',
        message: `renewDeadline is ${renewDeadline}; it must be above 0 and at most 10 seconds (2/3 of leaseDuration)`,
      });
    });
  }

  for (const drainTimeout of [-1, NaN]) {
    it(`refuse a drainTimeout of ${drainTimeout}`, () => {
      assert.throws(() => durationsOf({ leaseDuration: 15, drainTimeout }), {
        name: 'RangeError',
        message: `drainTimeout is ${drainTimeout}; it must be 0 or more seconds, or left out`,
      });
    });
  }

  for (const retryPeriod of [0, -1, 4.001, NaN, Infinity]) {
    it(`refuse a retryPeriod of ${retryPeriod} for a renewDeadline of 8`, () => {
      assert.throws(() => durationsOf({ leaseDuration: 15, renewDeadline: 8, retryPeriod }), {
        name: 'RangeError',
        message: `retryPeriod is ${retryPeriod}; it must be above 0 and at most 4 seconds (1/2 of renewDeadline)`,
      });
    });
  }
});

describe('The identity of a candidate', () => {
  it('is as configured', () => {
    assert.deepEqual(identityOf({ identity: 'a', uid: 'a-uid' }), { identity: 'a', uid: 'a-uid' });
  });

  it('is, where it is left out, one that nobody else has, and begins with the hostname', () => {
    const [one, other] = [identityOf({}), identityOf({})];
    assert.ok(one.identity.startsWith(`${hostname()}_`), one.identity);
    assert.notEqual(one.identity, other.identity);
    assert.notEqual(one.uid, other.uid);
    assert.notEqual(identityOf({ identity: 'a' }).uid, identityOf({ identity: 'a' }).uid);
  });

  for (const field of ['identity', 'uid']) {
    for (const value of ['', ' ']) {
      it(`is refused where its ${field} is ${JSON.stringify(value)}, which would say that nobody holds the lock`, () => {
        assert.throws(() => identityOf({ [field]: value }), {
          name: 'RangeError',
          message: `${field} is ${JSON.stringify(value)}; it must be a text that is not empty, or left out`,
        });
      });
    }
  }
});
