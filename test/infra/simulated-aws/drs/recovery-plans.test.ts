import { describe, expect, it } from 'vitest';
import { drsFixture, web1, web2 } from './fixture.ts';

type Answer = Readonly<Record<string, unknown>>;

const arnOf = (id: string): string => `arn:aws:drs:eu-west-1:111122223333:source-server/${id}`;
const recovers = (...ids: readonly string[]) => ({
  serverStepConfiguration: { servers: ids.map((id) => ({ serverArn: arnOf(id), impactLevel: 'CRITICAL' })) },
});
const waits = (waitDurationMinutes: number) => ({ waitStepConfiguration: { waitDurationMinutes } });

/** Calls as the service model has them: a POST to the path of their name. */
const planFixture = (scenario?: unknown) => {
  const { drs, clock } = drsFixture(scenario);
  const call = async (operation: string, input: object): Promise<Answer & { readonly status: number }> => {
    const answer = await drs.service.handle({
      ...{ method: 'POST', path: `/${operation}`, query: {}, headers: {} },
      body: JSON.stringify(input),
    });
    const body = JSON.parse(answer.body === '' ? '{}' : answer.body) as Answer;
    return { ...body, status: answer.statusCode, name: answer.headers['x-amzn-errortype'] };
  };
  const create = async (more: object = {}): Promise<string> => {
    const { recoveryPlan } = await call('CreateRecoveryPlan', { name: 'shop', ...more });
    return (recoveryPlan as { recoveryPlanArn: string }).recoveryPlanArn;
  };
  const step = async (recoveryPlanArn: string, stepName: string, configuration: object, more: object = {}) =>
    call('CreateRecoveryPlanStep', { recoveryPlanArn, stepName, configuration, ...more });
  const steps = async (recoveryPlanArn: string) => {
    const { recoveryPlanSteps } = await call('ListRecoveryPlanSteps', { recoveryPlanArn });
    return recoveryPlanSteps as readonly {
      stepName: string;
      stepOrder: number;
      recoveryPlanStepArn: string;
    }[];
  };
  const names = async (arn: string) => (await steps(arn)).map(({ stepName }) => stepName);
  return { call, create, step, steps, names, clock };
};

describe("DRS's own recovery plans", () => {
  it('are made, listed, renamed and deleted, and invalid until a step recovers servers', async () => {
    const { call, create, step } = planFixture();
    const recoveryPlanArn = await create({ description: 'the shop', tags: { Team: 'shop' } });
    expect(recoveryPlanArn).toMatch(/^arn:aws:drs:eu-west-1:111122223333:recovery-plan\/rp-[0-9a-f]{17}$/);
    expect(await call('ListRecoveryPlans', {})).toMatchObject({
      recoveryPlans: [{ recoveryPlanArn, name: 'shop', status: 'INVALID' }],
    });
    expect(await step(recoveryPlanArn, 'web', recovers(web1))).toMatchObject({
      status: 201,
      recoveryPlanStep: { stepOrder: 1, stepName: 'web', configuration: recovers(web1) },
    });
    await call('UpdateRecoveryPlan', { recoveryPlanArn, name: 'store' });
    expect(await call('GetRecoveryPlan', { recoveryPlanArn })).toMatchObject({
      recoveryPlan: { name: 'store', description: 'the shop', status: 'ACTIVE', tags: { Team: 'shop' } },
    });
    expect(await call('DeleteRecoveryPlan', { recoveryPlanArn })).toMatchObject({ recoveryPlanArn });
    expect(await call('GetRecoveryPlan', { recoveryPlanArn })).toMatchObject({
      status: 404,
      name: 'ResourceNotFoundException',
    });
  });

  it('take a repeat under its token for the same, and refuse another content under it', async () => {
    const { call, create, step, names } = planFixture();
    const arn = await create({ clientToken: 'once' });
    expect(await create({ clientToken: 'once' })).toBe(arn);
    expect(await call('CreateRecoveryPlan', { name: 'other', clientToken: 'once' })).toMatchObject({
      status: 409,
    });
    await step(arn, 'web', recovers(web1), { clientToken: 'first' });
    await step(arn, 'web', recovers(web1), { clientToken: 'first' });
    expect(await names(arn)).toEqual(['web']);
    expect(await step(arn, 'web', recovers(web2), { clientToken: 'first' })).toMatchObject({ status: 409 });
  });

  it('keep their steps in order, wherever one is put, and however they are arranged', async () => {
    const { call, create, step, steps, names } = planFixture();
    const arn = await create();
    await step(arn, 'one', recovers(web1));
    await step(arn, 'three', recovers(web2));
    await step(arn, 'two', waits(5), { stepOrder: 2 });
    expect(await names(arn)).toEqual(['one', 'two', 'three']);
    const [one, two, three] = (await steps(arn)).map((each) => each.recoveryPlanStepArn);
    await call('ReorderRecoveryPlanSteps', { recoveryPlanArn: arn, orderedStepArns: [three, two, one] });
    expect(await names(arn)).toEqual(['three', 'two', 'one']);
    const incomplete = { recoveryPlanArn: arn, orderedStepArns: [three, one] };
    expect(await call('ReorderRecoveryPlanSteps', incomplete)).toMatchObject({ status: 400 });
    await call('UpdateRecoveryPlanStep', { recoveryPlanStepArn: two, configuration: waits(9) });
    expect(await call('GetRecoveryPlanStep', { recoveryPlanStepArn: two })).toMatchObject({
      recoveryPlanStep: { stepOrder: 2, configuration: waits(9) },
    });
    await call('DeleteRecoveryPlanStep', { recoveryPlanStepArn: two });
    expect(await names(arn)).toEqual(['three', 'one']);
  });

  it.each([
    ['a wait in front', waits(5), {}, 400],
    ['a wait of three hours', waits(180), {}, 400],
    ['both kinds at once', { ...recovers(web1), ...waits(5) }, {}, 400],
    ['a server that it does not have', recovers('s-00000000000000009'), {}, 404],
    ['a place behind the next', recovers(web1), { stepOrder: 3 }, 400],
  ])('refuse a step with %s', async (_, configuration, more, status) => {
    const { create, step, names } = planFixture();
    const arn = await create();
    expect(await step(arn, 'step', configuration, more)).toMatchObject({ status });
    expect(await names(arn)).toEqual([]);
  });

  it('refuse a server twice, a 21st step, a 101st server, and another type for a step', async () => {
    const servers = Array.from({ length: 101 }, (_, at) => ({
      name: `s${at}`,
      id: `s-${String(at).padStart(17, '0')}`,
    }));
    const { call, create, step, steps } = planFixture({ servers });
    const arn = await create();
    const ids = servers.map(({ id }) => id);
    await step(arn, 'all', recovers(...ids.slice(0, 100)));
    expect(await step(arn, 'again', recovers(ids[0] ?? ''))).toMatchObject({ status: 402 });
    const [first] = await steps(arn);
    await call('UpdateRecoveryPlanStep', {
      recoveryPlanStepArn: first?.recoveryPlanStepArn,
      configuration: recovers(ids[0] ?? ''),
    });
    expect(await step(arn, 'again', recovers(ids[0] ?? ''))).toMatchObject({ status: 400 });
    expect(
      await call('UpdateRecoveryPlanStep', {
        recoveryPlanStepArn: first?.recoveryPlanStepArn,
        configuration: waits(1),
      }),
    ).toMatchObject({ status: 400 });
    for (let at = 1; at < 20; at++) await step(arn, `wait ${at}`, waits(1));
    expect(await step(arn, 'one more', waits(1))).toMatchObject({
      status: 402,
      name: 'ServiceQuotaExceededException',
    });
    expect(await steps(arn)).toHaveLength(20);
  });
});
