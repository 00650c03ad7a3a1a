import { DrsClient, StartRecoveryCommand } from '@aws-sdk/client-drs';
import { createManualClock } from '../../../../infra/simulated-aws/clock.ts';
import type { DrsEvent } from '../../../../infra/simulated-aws/drs/hints.ts';
import type { LocalDrsDependencies } from '../../../../infra/simulated-aws/drs/local-drs.ts';
import { createLocalDrs } from '../../../../infra/simulated-aws/drs/local-drs.ts';
import { parseDrsScenario } from '../../../../infra/simulated-aws/drs/scenario.ts';
import type { DrsRecord } from '../../../../infra/simulated-aws/drs/state.ts';
import { type Ec2View, emptyEc2 } from '../../../../infra/simulated-aws/drs/world.ts';
import type { Journal } from '../../../../infra/simulated-aws/journal.ts';
import { openJournal } from '../../../../infra/simulated-aws/journal.ts';
import { seededRandom } from '../random.ts';
import { clientOptions } from '../service-handler.ts';

export const startAt = Date.parse('2026-11-23T10:00:00Z');

export const place = { account: '111122223333', region: 'eu-west-1' };

/** Two servers whose jobs take the phases of the scenario to the millisecond. */
export const steady = {
  timings: { jitter: 0, spread: 0 },
  servers: [
    { name: 'web-1', id: 's-11111111111111111' },
    { name: 'web-2', id: 's-22222222222222222' },
  ],
};

export const web1 = 's-11111111111111111';
export const web2 = 's-22222222222222222';

/** A DRS on a clock of its own, with a client of it, the events that it sends, and apart from them those of points in time. */
export const drsFixture = (
  scenario: unknown = steady,
  {
    journal = openJournal<DrsRecord>(undefined),
    now = startAt,
    seed = 7,
    peer = () => undefined,
    ec2 = emptyEc2,
  }: {
    journal?: Journal<DrsRecord>;
    now?: number;
    seed?: number;
    peer?: LocalDrsDependencies['peer'];
    ec2?: Ec2View;
  } = {},
) => {
  const clock = createManualClock(now);
  const events: { at: number; event: DrsEvent }[] = [];
  const points: DrsEvent[] = [];
  const drs = createLocalDrs({
    clock,
    journal,
    ...place,
    scenario: parseDrsScenario(scenario),
    random: seededRandom(seed),
    peer,
    ec2,
    emit: (event) =>
      event['detail-type'] === 'DRS PIT Snapshot Taken'
        ? points.push(event)
        : events.push({ at: clock.now(), event }),
  });
  const client = new DrsClient(clientOptions(drs.service));
  /** Starts a drill of these servers and gives its job. */
  const drill = async (...ids: readonly string[]) => {
    const sourceServers = ids.map((sourceServerID) => ({ sourceServerID }));
    const { job } = await client.send(new StartRecoveryCommand({ isDrill: true, sourceServers }));
    if (job?.jobID === undefined) throw new Error('StartRecovery gave no job.');
    return { ...job, jobID: job.jobID };
  };
  return { clock, drs, client, drill, events, points };
};

export const secondMs = 1000;
