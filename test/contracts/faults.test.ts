import { describe, expect, it } from 'vitest';
import { faultsOf } from '../../contracts/faults.ts';
import { planSchema } from '../../contracts/plan.ts';

const faultsIn = (input: unknown) => {
  const parsed = planSchema.safeParse(input);
  return parsed.success ? [] : faultsOf(planSchema, input, parsed.error);
};

const server = { sourceServerId: 's-00000000000000001' };
const planWith = (wave: object, plan: object = {}) => ({
  planId: 'shop',
  waves: [{ waveId: 'a', servers: [server], ...wave }],
  ...plan,
});

describe('faults of an input', () => {
  it('are none when it is good', () => {
    expect(faultsIn(planWith({}))).toEqual([]);
  });

  it('also report what is nested too deep to be written', () => {
    const deep = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) as unknown;
    expect(faultsIn(planWith({}, { planId: deep }))).toMatchObject([{ path: 'planId', expected: 'string' }]);
  });

  it('name an unknown field, its place, and the fields that there are', () => {
    expect(faultsIn(planWith({ servers: [{ ...server, snapshot: 1 }] }))).toEqual([
      {
        path: 'waves[0].servers[0].snapshot',
        message: 'unknown field snapshot',
        expected: 'one of sourceServerId, critical, pointInTime',
      },
    ]);
  });

  it('list the fields of the kind that was meant', () => {
    const before = [{ kind: 'wait', actionId: 'rest', minutes: 1, document: 'X' }];
    expect(faultsIn(planWith({ before }))).toEqual([
      {
        path: 'waves[0].before[0].document',
        message: 'unknown field document',
        expected: 'one of kind, actionId, when, optional, minutes',
      },
    ]);
  });

  it('offer the kinds that there are', () => {
    expect(faultsIn(planWith({ before: [{ kind: 'nap', actionId: 'rest' }] }))).toEqual([
      {
        path: 'waves[0].before[0].kind',
        message: '"nap" has none of the valid forms',
        expected: 'one of automation, approval, wait, callback, alarm, lambda, traffic',
      },
    ]);
  });

  it('offer the forms of a choice', () => {
    expect(faultsIn(planWith({ success: 'most' }))).toEqual([
      {
        path: 'waves[0].success',
        message: '"most" has none of the valid forms',
        expected: '"all" or "critical" or {atLeast} or {atLeastPercent}',
      },
    ]);
  });

  it('follow the form that comes closest', () => {
    expect(faultsIn(planWith({ success: { atLeast: 'two' } }))).toEqual([
      { path: 'waves[0].success.atLeast', message: 'is "two"', expected: 'number' },
    ]);
  });

  it('say in words what a pattern wants', () => {
    expect(faultsIn(planWith({ waveId: 'Wave One' }))).toEqual([
      {
        path: 'waves[0].waveId',
        message: '"Wave One" is not valid',
        expected: 'lower-case letters, digits and inner hyphens, 1 to 64 characters',
      },
    ]);
  });

  it('come all at once', () => {
    const paths = faultsIn({ waves: [{ waveId: 1, servers: [] }], rto: 5 }).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['planId', 'rto', 'waves[0].servers', 'waves[0].waveId']);
  });

  it.each([[null], ['text'], [[]], [7], [undefined]])('tell that %j is no document', (input) => {
    expect(faultsIn(input)).toMatchObject([{ path: '', expected: 'object' }]);
  });
});
