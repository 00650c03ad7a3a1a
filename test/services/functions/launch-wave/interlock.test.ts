import { describe, expect, it } from 'vitest';
import type { WaveFact } from '../../../../contracts/wave-events.ts';
import type { RecoveryModel } from '../../../memory/recovery-service.ts';
import type { Machine } from '../../../../services/core/ports/recovery-service.ts';
import { serverId } from '../../../support/frozen-wave.ts';
import { createDeployment, home } from '../../../support/memory-deployment.ts';
import { wideModel, widePlan } from '../../../support/wide-plans.ts';

const minute = 60_000;
const stays = 'i-000000000000000aa';
const machine = (tags: Machine['tags'], state = 'RUNNING'): Machine => ({
  ...{ instanceId: stays, state, tags, platform: 'linux' },
});
const unrecorded = machine({ AWSElasticDisasterRecoverySourceServerID: serverId(1) });
const rests = () => ({
  before: [{ kind: 'wait' as const, actionId: 'rest', when: 'BOTH' as const, optional: false, minutes: 60 }],
});

/** A drill or a recovery of one server that rests for an hour before its launch; meanwhile something changes. */
const changing = async (
  mode: 'DRILL' | 'RECOVERY',
  before: Partial<RecoveryModel>,
  meanwhile: Partial<RecoveryModel>,
) => {
  let now = before;
  const deployment = createDeployment({
    model: {
      ...wideModel(1),
      machinesOf: (target) => now.machinesOf?.(target) ?? [],
      intoOf: (target, id) => now.intoOf?.(target, id),
    },
  });
  deployment.after(10 * minute, () => (now = meanwhile));
  const executionId = await deployment.request(widePlan(1, 1, undefined, rests), mode);
  const execution = await deployment.run(executionId, 300 * minute);
  const said = (type: WaveFact['type']) =>
    deployment.events.filter((event) => event.type === type).map(({ data }) => data);
  return {
    status: execution.status,
    refusals: said('DRSJobRefused'),
    claims: said('DRSJobClaimed'),
    launches: deployment.recovery.startedJobs(home).length,
    failures: deployment.failures.map(String),
  };
};

const denied = (name: string) => (): never => {
  throw Object.assign(new Error('not authorized to perform: ec2:DescribeInstances'), { name });
};

describe('right before a launch', { timeout: 60_000 }, () => {
  it('a drill is refused for an instance that has appeared since the start, by name', async () => {
    const drill = await changing('DRILL', {}, { machinesOf: () => [unrecorded] });
    expect(drill).toMatchObject({ status: 'FAILED', launches: 0, failures: [] });
    expect(drill.refusals).toMatchObject([
      { cause: 'interlock', final: true, message: expect.stringContaining(`runs as ${stays} by its tags`) },
    ]);
  });

  it('a recovery goes on in spite of it', async () => {
    const recovery = await changing('RECOVERY', {}, { machinesOf: () => [unrecorded] });
    expect(recovery).toMatchObject({ status: 'COMPLETED', launches: 1, refusals: [], failures: [] });
  });

  it.each(['UnauthorizedOperation', 'AuthFailure', 'UnrecognizedClientException'])(
    'a drill is refused where EC2 answers %s, with the reason',
    async (name) => {
      const drill = await changing('DRILL', {}, { machinesOf: denied(name) });
      expect(drill).toMatchObject({ status: 'FAILED', launches: 0, failures: [] });
      const message = `EC2 cannot be asked which machines a drill would destroy: ${name}: not authorized to perform: ec2:DescribeInstances`;
      expect(drill.refusals).toMatchObject([{ cause: 'interlock', final: true, message }]);
    },
  );

  it('a recovery goes on without EC2 as a witness', async () => {
    const recovery = await changing('RECOVERY', {}, { machinesOf: denied('UnauthorizedOperation') });
    expect(recovery).toMatchObject({ status: 'COMPLETED', launches: 1, refusals: [] });
  });

  it('a drill asks again where EC2 fails for a moment, and claims nothing before it has an answer', async () => {
    let failures = 3;
    const machinesOf = (): readonly Machine[] => {
      if (failures-- > 0) return denied('RequestLimitExceeded')();
      return [];
    };
    const drill = await changing('DRILL', {}, { machinesOf });
    expect(drill).toMatchObject({ status: 'COMPLETED', launches: 1, refusals: [] });
    expect(drill.failures).toHaveLength(3);
    expect(drill.claims).toHaveLength(1);
  });

  it('a drill is refused for a machine that its launch goes into since then', async () => {
    const standby = machine({ AWSDRS: 'AllowLaunchingIntoThisInstance' }, 'STOPPED');
    const meanwhile = { machinesOf: () => [standby], intoOf: () => stays };
    const drill = await changing('DRILL', {}, meanwhile);
    expect(drill).toMatchObject({ status: 'FAILED', launches: 0, failures: [] });
    expect(drill.refusals).toMatchObject([
      { cause: 'interlock', message: expect.stringContaining(`would overwrite ${stays}`) },
    ]);
    expect(await changing('RECOVERY', {}, meanwhile)).toMatchObject({ status: 'COMPLETED', launches: 1 });
  });
});
