import { expect } from 'vitest';
import { type Scenario, scenarioSchema } from '../../infra/simulated-aws/scenario.ts';
import { externalId, hub, target, targetRole } from './enforced-deployment.ts';
import { completed, expectEnd } from './enforced-samples.ts';
import type { OperatedRuntime, WrittenPlan } from './operated-runtime.ts';

const machine = (id: string) => ({ id, state: 'running' as const });
const replicated = (name: string, awsInstanceID: string, { account, region }: typeof hub) => ({
  ...{ name, awsInstanceID, windowSeconds: 300 },
  id: `s-${awsInstanceID.slice('i-'.length)}`,
  origin: { account, region, availabilityZone: `${region}a` },
});
const [here, there] = ['i-00000000000000c11', 'i-00000000000000c22'] as const;
const serverOf = (id: string) => [{ sourceServerId: `s-${id.slice('i-'.length)}` }];

/** Two machines, each of which replicates to the place of the other. */
export const failbackScenario = (): Scenario =>
  scenarioSchema.parse({
    drs: {
      replicationMibPerSecond: 512,
      resyncSeconds: 300,
      servers: [replicated('from-there', there, target)],
    },
    ec2: { instances: [machine(here)] },
    targets: {
      [`${target.account}/${target.region}`]: {
        drs: {
          replicationMibPerSecond: 512,
          resyncSeconds: 300,
          servers: [replicated('from-here', here, hub)],
        },
        ec2: { instances: [machine(there)] },
      },
    },
  });

const targets = { there: { ...target, role: targetRole, externalId } };
const out: WrittenPlan = {
  planId: 'crossing',
  targets,
  waves: [
    { waveId: 'into-here', servers: serverOf(there) },
    { waveId: 'into-there', target: 'there', servers: serverOf(here) },
  ],
};
const itself = { begins: 'by-itself' as const };
const home: WrittenPlan = {
  planId: 'crossing-home',
  direction: 'failback',
  targets,
  phases: { reverse: itself, launch: itself, protect: itself, retire: itself },
  cleanUp: { policy: 'auto', afterMinutes: 0 },
  waves: [
    { waveId: 'into-here', home: 'there', servers: serverOf(there) },
    { waveId: 'into-there', target: 'there', servers: serverOf(here) },
  ],
};

/** Two recoveries cross between the accounts; a drill of their way home leaves no trace, and a failback ends it. */
export const failBack = async (operated: OperatedRuntime): Promise<void> => {
  const { groundswell, said } = operated;
  for (const plan of [out, home]) await operated.store(plan);
  const run = (planId: string, ...more: readonly string[]) =>
    groundswell('request', planId, '--request-id', `${planId}-${more[1]}`, ...more);
  const sure = ['--mode', 'recovery', '--reason', 'the Region is down', '--confirm'];
  await expectEnd(operated, await run(out.planId, ...sure, out.planId), completed('COMPLETED'));
  const drill = await run(home.planId, '--mode', 'drill');
  await expectEnd(operated, drill, completed('COMPLETED'));
  await said(drill, 'CleanUpUndoEnded', ({ outcome }) => outcome === 'COMPLETED');
  expect(await said(drill, 'CleanUpCompleted')).toMatchObject({ terminated: 2 });
  const back = await run(home.planId, ...sure, home.planId);
  await expectEnd(operated, back, completed('COMPLETED'));
};
