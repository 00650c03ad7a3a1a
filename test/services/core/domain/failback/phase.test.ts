import { describe, expect, it } from 'vitest';
import type { Target } from '../../../../../contracts/plan.ts';
import {
  claimCalls,
  confirmedCalls,
  evolvePhase,
  initialPhase,
  observePhase,
  refusedCall,
  type Looked,
  type Phase,
  type PhaseCall,
  type PhaseFact,
  type PhaseState,
} from '../../../../../services/core/domain/failback/phase.ts';
import type { RecoveredServer } from '../../../../../services/core/domain/failback/recovered-server.ts';
import { lookHomeward } from '../../../../../services/core/readiness/homeward-looks.ts';
import {
  account,
  recovery,
  type Regions,
  tiers,
  twoRegions,
} from '../../../../infra/simulated-aws/cloud/two-regions.ts';
import { regionPorts } from '../../../../support/region-ports.ts';
import { seededRandom } from '../../../../infra/simulated-aws/random.ts';

const away: Target = { account, region: recovery };

/** Makes calls of a phase, and keeps those that DRS accepted. */
const createCaller = (regions: Regions) => {
  const made: PhaseCall[] = [];
  /** What DRS says against the call; undefined when it accepted it. */
  const call = async (each: PhaseCall): Promise<string | undefined> => {
    const region = each.where === 'home' ? regions.home : regions.away;
    const calls = {
      ReverseReplication: () => region.reverse(each.id),
      StartRecovery: () => region.launch([each.id]),
      StopReplication: () => region.stopReplication(each.id),
      TerminateRecoveryInstances: () => region.terminate([each.id]),
      DeleteRecoveryInstance: () => region.deleteRecord(each.id),
      DisconnectSourceServer: () => region.disconnect(each.id),
      DeleteSourceServer: () => region.deleteServer(each.id),
    };
    try {
      await calls[each.operation]();
      made.push(each);
      return undefined;
    } catch (error) {
      return error instanceof Error ? `${error.name}: ${error.message}` : '';
    }
  };
  return { made, call };
};

/** A phase as its service would run it, which dies wherever chance has it. */
const runPhase = async (
  phase: Phase,
  regions: Regions,
  recovered: readonly RecoveredServer[],
  caller: ReturnType<typeof createCaller>,
  random: () => number,
  deathRate: number,
): Promise<PhaseState> => {
  let state = initialPhase;
  const save = (facts: readonly PhaseFact[]): void => {
    for (const fact of facts) state = evolvePhase(state, fact, regions.clock.now());
  };
  const look = async (): Promise<readonly Looked[]> => {
    const { servers } = await lookHomeward(regionPorts(regions), recovered);
    return servers.map((each) => ({
      sourceServerId: each.recovered.sourceServerId,
      look: each.look,
    }));
  };
  const dies = () => random() < deathRate;
  for (let wake = 0; wake < 200 && state.done.length < recovered.length; wake++) {
    save(observePhase(phase, state, await look(), regions.clock.now()));
    const claims = claimCalls(phase, state, await look(), regions.clock.now());
    save(claims);
    const [claim] = claims;
    if (claim?.type === 'CallsClaimed' && !dies())
      for (const each of confirmedCalls(phase, claim.calls, await look())) {
        if (dies()) break;
        const message = await caller.call(each);
        if (dies()) break;
        if (message !== undefined) save(refusedCall(state, each, { outcome: 'conflict', message }));
      }
    await regions.clock.advance(60_000 + random() * 240_000);
  }
  return state;
};

const recoveredTiers = async (regions: Regions): Promise<readonly RecoveredServer[]> => {
  await regions.away.launch(tiers.map(({ id }) => id));
  await regions.minutes(30);
  await regions.home.call(
    'StopInstances',
    Object.fromEntries(tiers.map(({ machine }, at) => [`InstanceId.${at + 1}`, machine])),
  );
  const records = await regions.away.instances();
  return records.map(({ sourceServerID = '', recoveryInstanceID: instanceId = '' }) => ({
    ...{ waveId: 'all', target: away, sourceServerId: sourceServerID, name: sourceServerID, instanceId },
  }));
};

const wholeRun = async (seed: number, deathRate: number, drs: object = {}) => {
  const regions = twoRegions({ drs });
  const random = seededRandom(seed);
  const caller = createCaller(regions);
  const recovered = await recoveredTiers(regions);
  const run = (phase: Phase) => runPhase(phase, regions, recovered, caller, random, deathRate);
  const reversed = await run('reverse');
  await regions.home.launch((await regions.home.servers()).map(({ sourceServerID = '' }) => sourceServerID));
  await regions.minutes(30);
  const back = (await regions.home.instances()).map(({ recoveryInstanceID = '' }) => recoveryInstanceID);
  const states = [reversed, await run('protect'), await run('retire')];
  return { regions, recovered, back, states, made: caller.made };
};

const accepted = (made: readonly PhaseCall[], operation: PhaseCall['operation'], where = 'home') =>
  made.filter((call) => call.operation === operation && call.where === where).map(({ id }) => id);

describe('the phases of a failback', () => {
  it.each([1, 2, 3, 4, 5])(
    'bring all home however often their service dies, and repeat nothing (seed %i)',
    async (seed) => {
      const { regions, recovered, back, states, made } = await wholeRun(seed, 0.15);
      for (const state of states) {
        expect(state.done).toHaveLength(tiers.length);
        expect([state.open, state.asked]).toEqual([[], {}]);
      }
      const machines = recovered.map(({ instanceId }) => instanceId).sort();
      // DRS would accept a second reversal no more than it accepts a second end: each call was made once that had an effect.
      expect(accepted(made, 'ReverseReplication', 'away').sort()).toEqual(machines);
      expect(accepted(made, 'ReverseReplication').sort()).toEqual([...back].sort());
      expect(accepted(made, 'TerminateRecoveryInstances', 'away').sort()).toEqual(machines);
      expect(accepted(made, 'TerminateRecoveryInstances')).toEqual([]);
      for (const machine of back) expect(await regions.home.stateOf(machine)).toBe('running');
      expect(await regions.home.servers()).toEqual([]);
      const states2 = (await regions.away.servers()).map(
        ({ dataReplicationInfo }) => dataReplicationInfo?.dataReplicationState,
      );
      expect(states2).toEqual(tiers.map(() => 'CONTINUOUS'));
    },
  );

  it('wait for agents that start, and ask a person about none of them', async () => {
    const { states } = await wholeRun(1, 0, { failback: { agentSeconds: 35 * 60 } });
    expect(states.map(({ asked }) => asked)).toEqual([{}, {}, {}]);
    expect(states.map(({ done }) => done.length)).toEqual([4, 4, 4]);
  });
});
