import type { Action, ActionSteps } from '../../contracts/action.ts';
import type { ChosenPoint, Plan, PlanWave, PointInTime } from '../../contracts/plan.ts';
import type { RecoverySnapshot } from '../../services/core/ports/recovery-service.ts';
import { ownDocuments } from './draw.ts';
import type { Workload } from './workload.ts';
import { plainEstate, type EstateServer, type ServerDefect } from './estate.ts';
import type { Prng } from './prng.ts';
import { epoch } from './world.ts';

const minute = 60_000;
/** Every server but a few has a snapshot as old as this, so that a point in time mostly exists. */
const oldestMinutes = 240;

export const runbookRole = 'arn:aws:iam::111122223333:role/Runbooks';

/**
 * Draws what plans may say beside waves, servers and steps: modes of actions, roles, tags, points in time, objectives,
 * and of what DRS knows. Its numbers are its own, so that a seed which is left plain stays what it was.
 */
export const enrich = (prng: Prng, workload: Workload): Workload => {
  if (prng.chance(0.4)) return workload;
  const servers = new Map(plainEstate(workload.plans).map(({ id }) => [id, drawServer(prng, id)]));
  const plans = workload.plans.map((plan) => enrichPlan(prng, plan, servers));
  const allowedDocuments = prng.chance(0.7) ? [...ownDocuments, unusualDocument] : ownDocuments;
  const requests = workload.requests.map((request) => ({ ...request, acceptWarnings: drawAccepted(prng) }));
  return { ...workload, plans, requests, estate: [...servers.values()], allowedDocuments };
};

/** Some waves are to end with their jobs. Its numbers are its own. */
export const withEnds = (prng: Prng, workload: Workload): Workload => ({
  ...workload,
  plans: workload.plans.map((plan) => ({
    ...plan,
    waves: plan.waves.map((wave) => (prng.chance(0.15) ? { ...wave, endsWith: 'job' as const } : wave)),
  })),
});

/** Now and then whoever asks chooses the data of all servers. Its numbers are its own. */
export const withChosenPoints = (prng: Prng, workload: Workload): Workload =>
  workload.estate === undefined || prng.chance(0.8)
    ? workload
    : {
        ...workload,
        requests: workload.requests.map((request) =>
          prng.chance(0.5)
            ? { ...request, pointInTime: prng.chance(0.3) ? ('latest' as const) : drawInstant(prng) }
            : request,
        ),
      };

const defects: readonly ServerDefect[] = ['disconnected', 'volumes missing', 'no launch configuration'];

const drawServer = (prng: Prng, id: string): EstateServer => ({
  id,
  tags: prng.chance(0.98) ? { Role: prng.pick(['blue', 'green']) } : {},
  lagSeconds: prng.chance(0.1) ? 3_600 : 20,
  ...(prng.chance(0.02) && { defect: prng.pick(defects) }),
  snapshots: drawSnapshots(prng, id),
});

const drawSnapshots = (prng: Prng, id: string): readonly RecoverySnapshot[] => {
  if (prng.chance(0.03)) return [];
  const minutes = [
    -oldestMinutes,
    ...Array.from({ length: prng.int(3) }, () => -prng.int(oldestMinutes)),
    prng.between(5, 60),
  ];
  return minutes
    .sort((a, b) => b - a)
    .map((at, index) => ({
      snapshotId: `pit-${id.slice(-14)}${String(index).padStart(3, '0')}`,
      takenAt: epoch + at * minute,
    }));
};

const drawAccepted = (prng: Prng): readonly string[] =>
  prng.pick([
    ['lag', 'recovery-over-recovery'],
    ['lag', 'recovery-over-recovery'],
    ['recovery-over-recovery', 'lag'],
    ['lag'],
    ['recovery-over-recovery'],
    [],
  ]);

const drawInstant = (prng: Prng): Exclude<ChosenPoint, string> => ({
  newestBefore: new Date(epoch - prng.int(oldestMinutes) * minute).toISOString(),
});

/** A snapshot of this server that is taken already, or an instant where there is none. */
const drawPoint = (prng: Prng, server: EstateServer | undefined): PointInTime => {
  const taken = server?.snapshots.filter(({ takenAt }) => takenAt <= epoch) ?? [];
  return taken.length > 0 && prng.chance(0.5) ? { snapshot: prng.pick(taken).snapshotId } : drawInstant(prng);
};

/** A runbook that only some deployments allow. */
const unusualDocument = 'Extra-Runbook';

const ofAnyTime = [
  '${execution.id}',
  '${execution.mode}',
  '${plan.id}',
  '${wave.id}',
  '${target.account}/${target.region}',
  'wave ${wave.id} of ${plan.id}',
];
const ofRecovered = [
  '${servers.instanceIds}',
  '${servers.privateAddresses}',
  '${servers.availabilityZones}',
  '${servers.sourceServerIds}',
  '${servers.names}',
  '${servers.tags.Role}',
];
/** Now and then somebody asks for what nobody can know. */
const drawValue = (prng: Prng, knowsServers: boolean): string => {
  if (prng.chance(0.01)) return prng.pick(['${wave.nmae}', 'hosts ${servers.names}', '${servers.tags.}']);
  if (knowsServers ? prng.chance(0.7) : prng.chance(0.01)) return prng.pick(ofRecovered);
  return prng.pick(ofAnyTime);
};

const enrichRunbook = (prng: Prng, action: Automation, knowsServers: boolean): Automation => ({
  ...action,
  document: prng.chance(0.1) ? unusualDocument : prng.pick(['Sim-Runbook', 'Sim-Failover']),
  ...(prng.chance(0.4) && { documentVersion: prng.pick(['$LATEST', '$DEFAULT', '7']) }),
  ...(prng.chance(0.3) && { assumeRole: runbookRole }),
  parameters: {
    Values: Array.from({ length: prng.between(1, 2) }, () => drawValue(prng, knowsServers)),
    ...(prng.chance(0.5) && { More: [drawValue(prng, knowsServers)] }),
  },
});
const enrichAction = (prng: Prng, action: Action, knowsServers: boolean): Action => {
  const when = prng.pick(['BOTH', 'BOTH', 'BOTH', 'DRILL', 'RECOVERY'] as const);
  return action.kind === 'automation'
    ? { ...enrichRunbook(prng, action, knowsServers), when }
    : { ...action, when };
};
const enrichSteps = (prng: Prng, steps: ActionSteps, knowsServers = false): ActionSteps =>
  steps.map((step) =>
    Array.isArray(step)
      ? step.map((action) => enrichAction(prng, action, knowsServers))
      : enrichAction(prng, step, knowsServers),
  );

type Automation = Extract<Action, { kind: 'automation' }>;
type Servers = Map<string, EstateServer>;

const enrichPlan = (prng: Prng, plan: Plan, servers: Servers): Plan => ({
  ...plan,
  ...(prng.chance(0.2) && { rpoMinutes: 15 }),
  waves: plan.waves.map((wave) => enrichWave(prng, plan.planId, wave, servers)),
  onFailureActions: enrichSteps(prng, plan.onFailureActions),
  onCancelActions: enrichSteps(prng, plan.onCancelActions),
});

const enrichWave = (prng: Prng, planId: string, wave: PlanWave, servers: Servers): PlanWave => ({
  ...wave,
  pauseBefore: wave.pauseBefore || prng.chance(0.05),
  pointInTime: prng.chance(0.2) ? drawInstant(prng) : 'latest',
  servers: prng.chance(0.25) ? byTags(prng, planId, wave, servers) : byId(prng, wave, servers),
  before: enrichSteps(prng, wave.before),
  after: enrichSteps(prng, wave.after, true),
  onFailureActions: enrichSteps(prng, wave.onFailureActions, true),
  onCancelActions: enrichSteps(prng, wave.onCancelActions),
});

const byId = (prng: Prng, { servers }: PlanWave, known: Servers): PlanWave['servers'] =>
  Array.isArray(servers)
    ? servers.map((each) =>
        prng.chance(0.15) ? { ...each, pointInTime: drawPoint(prng, known.get(each.sourceServerId)) } : each,
      )
    : servers;

/** Now and then a server has lost its tag: the minimum decides whether the wave goes without it. */
const byTags = (
  prng: Prng,
  planId: string,
  { waveId, servers }: PlanWave,
  known: Servers,
): PlanWave['servers'] => {
  if (!Array.isArray(servers)) return servers;
  const lost = prng.chance(0.08) ? prng.int(servers.length) : -1;
  servers.forEach(({ sourceServerId }, index) => {
    const server = known.get(sourceServerId);
    if (server === undefined || index === lost) return;
    known.set(sourceServerId, { ...server, tags: { ...server.tags, [planId]: waveId } });
  });
  const minimum = Math.max(1, prng.chance(0.3) ? servers.length - 1 : servers.length);
  return { tags: { [planId]: waveId }, minimum };
};
