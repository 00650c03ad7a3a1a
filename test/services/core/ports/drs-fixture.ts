import { createLocalEc2 } from '../../../../infra/simulated-aws/ec2/local-ec2.ts';
import { ec2Scenario } from '../../../../infra/simulated-aws/ec2/scenario.ts';
import type { Ec2Record } from '../../../../infra/simulated-aws/ec2/state.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { createLocalServiceQuotas } from '../../../../infra/simulated-aws/servicequotas/local-servicequotas.ts';
import { drsFixture, place } from '../../../infra/simulated-aws/drs/fixture.ts';
import { seededRandom } from '../../../infra/simulated-aws/random.ts';
import { type Fleet, stagingAccountOf, startAt } from './recovery-service.suite.ts';

const serverOf = (fleet: Fleet, n: number) => {
  const stagingAccountID = stagingAccountOf(fleet, n);
  return {
    name: `node-${n}`,
    ...(stagingAccountID !== undefined && { stagingAccountID }),
    ...(n === fleet.unreachable && { extensionError: 'access denied' }),
    ...(n === 1 && {
      postLaunchActions: (fleet.launchActions ?? []).map(({ document, failureReason, ...action }) => ({
        ...{ ...action, documentName: document, seconds: 60 },
        ...(failureReason !== undefined && { fails: true, failureReason }),
      })),
    }),
  };
};

/** What a simulated DRS holds and does for a fleet. */
export const scenarioOf = (fleet: Fleet) => ({
  timings: { jitter: 0, spread: 0 },
  servers: Array.from({ length: fleet.count }, (_, n) => serverOf(fleet, n + 1)),
  ...(fleet.failing !== undefined && {
    failures: [{ server: `node-${fleet.failing}`, phase: 'LAUNCH', rawError: 'no capacity' }],
  }),
});

/** DRS, EC2 and Service Quotas of one account and Region, simulated on a clock that is moved by hand. */
export const openPlace = (scenario: unknown) => {
  const { clock, drs } = drsFixture(scenario, { now: startAt });
  const ec2 = createLocalEc2({
    ...{ ...place, clock, random: seededRandom(1) },
    journal: openJournal<Ec2Record>(undefined),
    scenario: ec2Scenario.parse({ pageSizeMax: 7 }),
    launched: () =>
      drs.instances().map(({ instanceID, privateIp, availabilityZone, launchedAt, tags, platform }) => ({
        ...{ instanceId: instanceID, privateIpAddress: privateIp, availabilityZone, launchedAt, tags },
        ...{ state: 'running', platform, architecture: 'x86_64', virtualizationType: 'hvm' },
        rootDeviceType: 'ebs',
      })),
  });
  const quotas = createLocalServiceQuotas({ ...place, values: {} });
  return { clock, drs: drs.service, others: [ec2.service, quotas.service] };
};
