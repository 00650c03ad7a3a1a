import { describe, expect, it } from 'vitest';
import { type AccessRules, accessRulesSchema, permissions } from '../../../../contracts/access.ts';
import { faultsOf } from '../../../../contracts/faults.ts';
import { readAccessRules } from '../../../../services/core/domain/access-rules.ts';
import {
  bearerOf,
  decideAccess,
  mayWith,
  rightsOf,
  type Bearer,
} from '../../../../services/faces/api/access.ts';
import { routes } from '../../../../services/faces/api/app.ts';
import { callerOf } from '../../../../services/faces/api/caller.ts';
import { createCurrentRules } from '../../../../services/faces/api/current-rules.ts';

const payments = { team: 'payments' };
const rules: AccessRules = [
  { groups: ['desk', '/dr/desk'], plans: { tags: payments }, may: ['run', 'decide'] },
  { groups: ['board'], plans: 'all', may: ['see', 'approve'] },
  { groups: ['writers'], plans: { tags: { team: 'payments', tier: '1' } }, may: ['edit'] },
  { machines: ['pipeline'], plans: { tags: payments }, may: ['run'] },
  { groups: ['*'], plans: { tags: { public: 'yes' } }, may: ['see'] },
];
const person = (...groups: readonly string[]): Bearer => ({ is: 'person', groups });
const machine = (client: string): Bearer => ({ is: 'machine', client });

describe('what rules permit', () => {
  const plans = {
    payments,
    'payments of tier 1': { ...payments, tier: '1' },
    operations: { team: 'operations' },
    public: { public: 'yes' },
    untagged: {},
  };
  it.each([
    ['a person of the desk', person('desk'), ['see,run,decide', 'see,run,decide', '', 'see', '']],
    [
      'a person of a group with a path',
      person('/dr/desk'),
      ['see,run,decide', 'see,run,decide', '', 'see', ''],
    ],
    [
      'a person of the board',
      person('board'),
      ['see,approve', 'see,approve', 'see,approve', 'see,approve', 'see,approve'],
    ],
    ['a writer', person('writers'), ['', 'see,edit', '', 'see', '']],
    [
      'a writer of the desk',
      person('writers', 'desk'),
      ['see,run,decide', 'see,run,decide,edit', '', 'see', ''],
    ],
    ['a person of no group', person(), ['', '', '', 'see', '']],
    ['a person of a group with nearly the name', person('Desk', 'desk2', 'dr/desk'), ['', '', '', 'see', '']],
    ['the pipeline', machine('pipeline'), ['see,run', 'see,run', '', '', '']],
    ['a machine that no rule names', machine('desk'), ['', '', '', '', '']],
  ])('%s may do this with each plan', (_who, bearer, may) => {
    const rights = rightsOf(rules, bearer);
    expect(Object.values(plans).map((tags) => mayWith(rights, [tags]).join())).toEqual(may);
    expect(rights.seesAll).toBe(bearer.is === 'person' && bearer.groups.includes('board'));
  });

  it('is everything where there are none, but for machines, which answer no approval', () => {
    expect(mayWith(rightsOf(undefined, person()), [payments])).toEqual([...permissions]);
    expect(mayWith(rightsOf(undefined, machine('pipeline')), [payments])).toEqual(
      permissions.filter((each) => each !== 'approve'),
    );
  });

  it('goes by a tag of the plan alone, and by no name that every object has', () => {
    const odd: AccessRules = [{ groups: ['*'], plans: { tags: { constructor: 'x' } }, may: ['see'] }];
    expect(rightsOf(odd, person()).may('see', {})).toBe(false);
  });
});

describe('a request', () => {
  const rights = rightsOf(rules, person('desk'));
  const other = { team: 'operations' };
  it.each([
    ['on what may be seen and done is allowed', ['run'], { there: [payments] }, 'allowed'],
    ['on what may not be seen is hidden', ['run'], { there: [other] }, 'hidden'],
    [
      'on a version that may be seen of a plan that may not is hidden',
      ['see'],
      { there: [other, payments] },
      'hidden',
    ],
    [
      'on a version that may not be seen of a plan that may is hidden',
      ['see'],
      { there: [payments, other] },
      'hidden',
    ],
    ['on what may be seen and not edited is refused', ['edit'], { there: [payments] }, 'refused'],
    ['that needs two permissions is refused for one', ['run', 'edit'], { there: [payments] }, 'refused'],
    ['that makes what may not be done is refused', ['run'], { there: [], made: [other] }, 'refused'],
    [
      'that moves what is hidden to oneself is hidden',
      ['run'],
      { there: [other], made: [payments] },
      'hidden',
    ],
    ['that moves one’s own to others is refused', ['run'], { there: [payments], made: [other] }, 'refused'],
  ] as const)('%s', (_what, needed, subject, is) => {
    expect(decideAccess(rights, needed, subject).is).toBe(is);
  });

  it('names all that is missing, of what stands there before what it would make', () => {
    expect(decideAccess(rights, ['edit', 'run', 'approve'], { there: [payments], made: [{}] })).toEqual({
      is: 'refused',
      missing: ['edit', 'approve'],
      on: 'there',
    });
  });
});

it('each route needs what is written down here, and no route nothing', () => {
  const needed = Object.fromEntries(
    routes.map(({ operationId, needs }) => [
      operationId,
      'may' in needs ? `${needs.may.join('+')} on ${needs.on}` : needs.on,
    ]),
  );
  expect(needed).toEqual({
    ...{ requestExecution: 'run on order', listExecutions: 'many', listDecisions: 'many' },
    ...{ listOpenExecutions: 'many', getCaller: 'caller', getExecution: 'see on execution' },
    ...{ getEvents: 'see on execution', getForecast: 'see on execution', getReport: 'see on execution' },
    ...{ addNote: 'decide on execution', handOver: 'decide on execution' },
    ...{ approveExecution: 'approve on execution', declineExecution: 'approve on execution' },
    ...{ approve: 'approve on execution', decline: 'approve on execution' },
    ...{ pause: 'decide on execution', resume: 'decide on execution', cancel: 'decide on execution' },
    ...{ retry: 'decide on execution', skip: 'decide on execution', continue: 'decide on execution' },
    ...{ cleanUp: 'decide on execution', extend: 'decide on execution', keep: 'decide on execution' },
    ...{ listPlans: 'many', putPlan: 'edit on new-version', getPlan: 'see on plan' },
    ...{ listPlanVersions: 'see on plan', checkPlan: 'see on plan', getProof: 'see on plan' },
    ...{ listDrills: 'many', listServers: 'many', listNotices: 'many', listProofs: 'many' },
    ...{ getEvidence: 'many', getEvidenceOverview: 'many', reportTask: 'see on task' },
    ...{ listSchedules: 'many', putSchedule: 'edit+run on new-schedule', nextOfSchedule: 'see on schedule' },
    ...{ pauseSchedule: 'edit on schedule', resumeSchedule: 'edit+run on schedule' },
    deleteSchedule: 'edit on schedule',
  });
});

describe('whom a token speaks for', () => {
  const bearerIn = (claims: object, given?: AccessRules) => {
    const caller = callerOf({ authorizer: { jwt: { claims } } });
    return caller && bearerOf(caller, given);
  };
  it.each([
    ['Cognito', { sub: 'pipeline', client_id: 'pipeline', token_use: 'access' }],
    ['Auth0', { sub: 'pipeline@clients', azp: 'pipeline', gty: 'client-credentials' }],
    ['Okta', { sub: 'pipeline', cid: 'pipeline' }],
    ['Entra', { sub: '0a1b', azp: 'pipeline', idtyp: 'app' }],
    ['Keycloak', { sub: '0a1b', azp: 'pipeline', preferred_username: 'service-account-pipeline' }],
    ['an issuer that names no subject', { client_id: 'pipeline' }],
  ])('is the machine in a token by client credentials of %s', (_issuer, claims) => {
    expect(bearerIn(claims)).toEqual({ is: 'machine', client: 'pipeline' });
    expect(callerOf({ authorizer: { jwt: { claims } } })?.by).toBe('machine:pipeline');
  });

  it('is a person in every other, with the groups that the token names', () => {
    const claims = {
      sub: 'ada',
      client_id: 'console',
      groups: '[desk board]',
      'cognito:groups': ['/dr/desk'],
    };
    expect(bearerIn(claims)).toEqual({ is: 'person', groups: ['desk', 'board', '/dr/desk'] });
    expect(callerOf({ authorizer: { jwt: { claims } } })?.by).toBe('ada');
  });

  it('is never a person where the rules call the client a machine', () => {
    const claims = { sub: '0a1b', azp: 'pipeline', groups: 'board' };
    expect(bearerIn(claims)).toMatchObject({ is: 'person' });
    expect(bearerIn(claims, rules)).toEqual({ is: 'machine', client: 'pipeline' });
  });

  it('is nobody in a token of a person who is called as machines are', () => {
    expect(bearerIn({ sub: 'machine:pipeline', client_id: 'console' })).toBeUndefined();
    expect(bearerIn({ scope: 'viewer' })).toBeUndefined();
  });
});

describe('the document of access rules', () => {
  it('is refused with every fault and what would be valid', () => {
    const input = [
      { groups: ['a b'], plans: { tags: {} }, may: ['look'] },
      { plans: 'some', may: [] },
      { machines: [''], plans: 'all', may: ['see'], people: 1 },
    ];
    const parsed = accessRulesSchema.safeParse(input);
    const faults = parsed.success ? [] : faultsOf(accessRulesSchema, input, parsed.error);
    const places = faults.map(({ path }) => path);
    for (const place of [
      '[0].groups[0]',
      '[0].plans.tags',
      '[0].may[0]',
      '[1].plans',
      '[1].may',
      '[2].machines[0]',
      '[2].people',
    ])
      expect(places).toContain(place);
    expect(faults.find(({ path }) => path === '[0].may[0]')?.expected).toContain('see, run, decide');
    const nobody = [{ plans: 'all', may: ['see'] }];
    const error = accessRulesSchema.safeParse(nobody).error ?? expect.fail('it names nobody');
    expect(faultsOf(accessRulesSchema, nobody, error)).toMatchObject([
      { path: '[0].groups', expected: 'groups, machines, or both' },
    ]);
  });

  it('is refused where a name stands twice, of which one would be lost', () => {
    const twice = '[{"groups":["a"],"groups":["b"],"plans":"all","may":["see"]}]';
    expect(() => readAccessRules(twice)).toThrow('groups');
    expect(() => readAccessRules('[')).toThrow('cannot be used');
    expect(readAccessRules(JSON.stringify(rules))).toEqual(rules);
  });
});

describe('the present rules', () => {
  const text = JSON.stringify(rules);
  const other = JSON.stringify(rules.slice(0, 1));

  it('are read again after a while, and those read last go on while they cannot be read', async () => {
    let [now, reads, failures] = [0, 0, 0];
    let read = (): Promise<string> => Promise.resolve(text);
    const current = createCurrentRules({
      read: () => ((reads += 1), read()),
      now: () => now,
      onFailure: () => (failures += 1),
      keptMs: 10,
    });
    expect(await current()).toEqual(rules);
    expect(await current()).toEqual(rules);
    expect(reads).toBe(1);
    now = 10;
    read = () => Promise.reject(new Error('throttled'));
    expect(await current()).toEqual(rules);
    expect([reads, failures]).toEqual([2, 1]);
    now = 20;
    read = () => Promise.resolve(other);
    expect(await current()).toEqual(rules.slice(0, 1));
  });

  it('let nobody in before they were read once, nor once they are not valid', async () => {
    let now = 0;
    let read = (): Promise<string> => Promise.reject(new Error('no such parameter'));
    const current = createCurrentRules({
      read: () => read(),
      now: () => now,
      onFailure: () => 0,
      keptMs: 10,
    });
    await expect(current()).rejects.toThrow('no such parameter');
    read = () => Promise.resolve(text);
    expect(await current()).toEqual(rules);
    now = 10;
    read = () => Promise.resolve('[]');
    await expect(current()).rejects.toThrow('cannot be used');
    await expect(current()).rejects.toThrow('cannot be used');
  });
});
