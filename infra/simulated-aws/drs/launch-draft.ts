import { templateIdOf } from './ec2-launch-template.ts';
import { isAlive, instancesOfServer } from './instances.ts';
import { arePostLaunchActionsOn, launchActionsOf } from './launch-actions.ts';
import type { Failure, LaunchInput } from './launch-course.ts';
import { failureOf } from './launch-faults.ts';
import type { Durations } from './launch-phases.ts';
import { drawDurations, scaledBy, totalMsOf } from './launch-phases.ts';
import { replicationOf } from './replication.ts';
import { defaultTimings } from './scenario-timings.ts';
import { snapshotById, snapshotsOf } from './snapshots.ts';
import { hardwareOf, type SourceServer } from './source-server.ts';
import type { Files, TemplateSettings, World } from './world.ts';
import { intoOf } from './launch-into.ts';
import { isSpared, jobsOf } from './world.ts';

export interface LaunchRequest {
  readonly isDrill: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly servers: readonly { readonly server: SourceServer; readonly snapshotID?: string | undefined }[];
}

/** What is drawn of a server before anything is known of the others. */
export interface Draft extends LaunchInput {
  readonly totalMs: number;
}

const earlierOf = (world: World, { sourceServerID }: SourceServer): readonly string[] =>
  instancesOfServer(world, sourceServerID)
    .filter(isAlive)
    .map(({ instanceID }) => instanceID);

const hasEarlierInstance = (world: World, server: SourceServer, into: string | undefined): boolean =>
  earlierOf(world, server).some((id) => id !== into) ||
  // Two jobs for one server are possible when the scenario says so: what the other is about to launch counts too.
  jobsOf(world, server.sourceServerID).some((job) =>
    job.courses.some(
      (course) =>
        course.sourceServerID === server.sourceServerID &&
        course.launched !== undefined &&
        job.createdAt + course.launched.atMs > world.now,
    ),
  );

/** The server as its launch configuration now has it. */
const configured = (world: World, server: SourceServer): SourceServer => {
  const configuration = world.state.launchConfigurations[server.sourceServerID] ?? {};
  return {
    ...server,
    launchDisposition: configuration.launchDisposition ?? server.launchDisposition,
    copyPrivateIp: configuration.copyPrivateIp ?? server.copyPrivateIp,
  };
};

/** DRS chooses the instance type itself unless its right-sizing is off. */
const settingsFrom = (world: World, server: SourceServer, template: TemplateSettings | undefined) => {
  if (template === undefined) return {};
  const { targetInstanceTypeRightSizingMethod: method = 'BASIC' } =
    world.state.launchConfigurations[server.sourceServerID] ?? {};
  const { instanceType, subnetId, securityGroupIds, instanceProfile, tags } = template;
  return {
    ...(method === 'NONE' && instanceType !== undefined && { instanceType }),
    ...(subnetId !== undefined && { subnetId }),
    ...(securityGroupIds.length > 0 && { securityGroupIds }),
    ...(instanceProfile !== undefined && { instanceProfile }),
    templateTags: tags,
  };
};

/** What stood on the disks of the machine from which a server replicates at a time, epoch ms. */
const filesOf = (world: World, server: SourceServer, at: number): Files => {
  const { awsInstanceID } = hardwareOf(world.setting.place, server);
  if (server.origin === undefined || awsInstanceID === undefined) return {};
  return world.elsewhere(server.origin)?.filesAt(awsInstanceID, at) ?? {};
};

/** A machine that is to lie in a network which nobody has named cannot be made where there is none by default. */
const networkFailure = (world: World, server: SourceServer, into: string | undefined): Failure | undefined =>
  into === undefined &&
  !world.ec2.hasDefaultVpc &&
  world.ec2.template(templateIdOf(server))?.subnetId === undefined
    ? { phase: 'LAUNCH', rawError: 'VPCIdNotSpecified: No default VPC for this user' }
    : undefined;

const launchedOf = (
  world: World,
  server: SourceServer,
  isDrill: boolean,
  snapshotID: string | undefined,
  into: string | undefined,
): LaunchInput['launched'] => {
  const { scenario, place } = world.setting;
  const zone = scenario.availabilityZones[server.index % scenario.availabilityZones.length] ?? 'a';
  const attempt = jobsOf(world, server.sourceServerID).length;
  const pinned = snapshotID === undefined ? undefined : snapshotById(world, server, snapshotID);
  const fresh = `10.${16 + (attempt % 240)}.${Math.floor(server.index / 250) % 256}.${(server.index % 250) + 4}`;
  const existing = into === undefined ? undefined : world.ec2.existing(into);
  // A machine that exists keeps its place and type, whatever the template says.
  const template = existing === undefined ? world.ec2.template(templateIdOf(server)) : undefined;
  const dataAt = pinned?.takenAt ?? world.now - replicationOf(world, server).lagMs;
  const inSubnet = template?.subnetId === undefined ? undefined : world.ec2.zoneOfSubnet(template.subnetId);
  return {
    isDrill,
    privateIp:
      existing?.privateIp ?? (server.copyPrivateIp ? server.privateIp : (template?.privateIp ?? fresh)),
    availabilityZone: existing?.availabilityZone ?? inSubnet ?? `${place.region}${zone}`,
    ...settingsFrom(world, server, template),
    state: server.launchDisposition === 'STARTED' ? 'RUNNING' : 'STOPPED',
    dataAt,
    files: filesOf(world, server, dataAt),
  };
};

const timingsFor = (world: World, server: SourceServer) => ({
  ...defaultTimings,
  ...world.setting.scenario.timings,
  ...server.timings,
});

export const draftOf = (
  world: World,
  request: LaunchRequest,
  pace: Durations,
  position: number,
): readonly Draft[] => {
  const entry = request.servers[position];
  if (entry === undefined) return [];
  const { snapshotID } = entry;
  const server = configured(world, entry.server);
  const into = intoOf(world, server.sourceServerID);
  const hasEarlier = hasEarlierInstance(world, server, into);
  const durations = drawDurations(world.random, timingsFor(world, server), pace, position, hasEarlier);
  const launchActions = arePostLaunchActionsOn(world, server)
    ? launchActionsOf(world, server).filter(({ active }) => active)
    : [];
  const actionsEndJob = world.setting.scenario.launchActions === 'WITHIN_JOB';
  const actionsMs = actionsEndJob
    ? launchActions.reduce((total, action) => total + (action.waitSeconds + action.seconds) * 1000, 0)
    : 0;
  const olderDataAt = snapshotsOf(world, server).at(-1)?.takenAt ?? world.now;
  return [
    {
      server,
      durations,
      factor: 1,
      totalMs: totalMsOf(durations) + actionsMs + (hasEarlier ? durations.queue / 2 : 0),
      failure: failureOf(world, server) ?? networkFailure(world, server, into),
      hasEarlier,
      isPinned: snapshotID !== undefined,
      launched: launchedOf(world, server, request.isDrill, snapshotID, into),
      into,
      spared: earlierOf(world, server).filter((id) => isSpared(world, id)),
      older: { dataAt: olderDataAt, files: filesOf(world, server, olderDataAt) },
      launchActions,
      actionsEndJob,
    },
  ];
};

/** Servers with the same window keep their small differences: only the slowest of them fills the window exactly. */
export const fitted = (
  drafts: readonly Draft[],
  windowOf: (server: SourceServer) => number | undefined,
): readonly Draft[] =>
  drafts.map((draft) => {
    const windowSeconds = windowOf(draft.server);
    if (windowSeconds === undefined) return draft;
    const peers = drafts.filter((peer) => windowOf(peer.server) === windowSeconds);
    const factor = (windowSeconds * 1000) / Math.max(...peers.map((peer) => peer.totalMs));
    return { ...draft, factor, durations: scaledBy(draft.durations, factor) };
  });
