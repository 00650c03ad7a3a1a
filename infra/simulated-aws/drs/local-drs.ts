import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import type { LocalService, WireRequest, WireResponse } from '../wire.ts';
import { createAnnouncer } from './announcer.ts';
import { callOf, renderError, renderReply } from './drs-wire.ts';
import { type ForwardedWork, forwardedWorkOf } from './forwarded-work.ts';
import { hintsOfJob, hintsOfNetwork, hintsOfRecord, hintsOfStalls } from './due-hints.ts';
import { type ServerTemplate, serverTemplates } from './ec2-launch-template.ts';
import { viewOf } from './elsewhere.ts';
import { execute } from './execute.ts';
import type { DrsEvent } from './hints.ts';
import type { Job } from './job.ts';
import { additionOf } from './launch-template.ts';
import type { Ec2Instance } from './instances.ts';
import { instancesOfServer, isNewest } from './instances.ts';
import { changesOfJob, type ToldState } from './instance-changes.ts';
import { changesSomething, operationNames } from './operation-names.ts';
import type { Reversed } from './outcome.ts';
import { instanceTagsOf } from './render-instance.ts';
import type { DrsScenario } from './scenario.ts';
import { sourceNetworksOf } from './source-network.ts';
import type { SourceServer } from './source-server.ts';
import type { DrsRecord, DrsState } from './state.ts';
import { evolve, initialState } from './state.ts';
import type { Ec2View, Elsewhere, World } from './world.ts';
import { createSetting, emptyEc2, serverById } from './world.ts';

export interface LocalDrsDependencies {
  readonly clock: LocalClock;
  readonly journal: Journal<DrsRecord>;
  readonly account: string;
  readonly region: string;
  readonly scenario: DrsScenario;
  readonly random: Random;
  /** Takes an event for the default bus of this account and Region. */
  readonly emit: (event: DrsEvent) => void;
  /** Whether DRS may do in its caller's name what a job asks of it. Default: always. */
  readonly mayAct?: ((request: WireRequest, work: ForwardedWork) => boolean) | undefined;
  /** Finds the DRS in which a server appears whose replication was reversed; without it, it appears nowhere. */
  readonly peer?: (account: string, region: string) => DrsPeer | undefined;
  /** Called when a job has brought an instance to a state. */
  readonly onInstance?: (instanceId: string, state: ToldState) => void;
  /** EC2 in the same place; without it, nobody does anything to instances there. */
  readonly ec2?: Ec2View;
}

/** What EC2 knows of an instance that DRS launched. */
export interface LaunchedInstance extends Ec2Instance {
  readonly instanceType: string;
  readonly hostname: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly platform: 'windows' | 'linux';
}

/** DRS of an account and Region as that of another deals with it. */
export type DrsPeer = Pick<LocalDrs, 'receive' | 'view'>;

export interface LocalDrs {
  readonly service: LocalService;
  /** Calls so far by operation. Calls that change something are counted across restarts, others since the start. */
  counters(): Readonly<Record<string, number>>;
  /** Every instance ever launched, terminated ones too. */
  instances(): readonly LaunchedInstance[];
  /** The launch templates of the source servers, as DRS made them. */
  templates(): readonly ServerTemplate[];
  /** Takes in a source server that replicates into this account and Region from now on, or from another machine. */
  receive(server: SourceServer): void;
  readonly view: Elsewhere;
  /** Cancels what is still to come; the journal stays open. */
  close(): void;
}

/** Enough records that reading them at a start begins to be felt. */
const compactAbove = 500;

const isRemembered = (record: DrsRecord): boolean =>
  record.kind !== 'OperationCalled' ||
  operationNames.some((name) => name === record.operation && changesSomething(name));

/** The state that the journal holds; a journal that never saw this DRS begins with its opening. */
const opened = (journal: Journal<DrsRecord>, now: number): DrsState => {
  if (journal.records.length === 0) journal.append({ kind: 'Opened', at: now });
  const records: readonly DrsRecord[] =
    journal.records.length === 0 ? [{ kind: 'Opened', at: now }] : journal.records;
  const state = records.reduce(evolve, initialState);
  if (records.length > compactAbove) journal.compact([{ kind: 'Restored', state }]);
  return state;
};

/** One account and Region of DRS, rebuilt from its journal: a job goes on from where the clock stands. */
export const createLocalDrs = (dependencies: LocalDrsDependencies): LocalDrs => {
  const { clock, journal, account, region, random } = dependencies;
  const setting = createSetting({ account, region }, dependencies.scenario);
  let state = opened(journal, clock.now());

  const worldNow = (): World => ({
    ...{ setting, state, now: clock.now(), random },
    ec2: dependencies.ec2 ?? emptyEc2,
    elsewhere: (place) => dependencies.peer?.(place.account, place.region)?.view,
  });

  const announcer = createAnnouncer({ clock, worldNow, emit: dependencies.emit });
  const tellOf = (job: Job): void => {
    for (const { at, of } of changesOfJob(job))
      if (at >= clock.now())
        announcer.later(Math.ceil(at - clock.now()), () => {
          for (const { instanceID, states } of of(worldNow()))
            for (const each of states) dependencies.onInstance?.(instanceID, each);
        });
  };
  const remember = (records: readonly DrsRecord[]): void => {
    for (const record of records) {
      if (isRemembered(record)) journal.append(record);
      const before = worldNow();
      state = evolve(state, record);
      announcer.arm(hintsOfRecord(before, record));
      if (record.kind === 'JobStarted') tellOf(record.job);
    }
  };
  const deliver = ({ place, server }: Reversed): void =>
    dependencies.peer?.(place.account, place.region)?.receive(server);

  const handle = async (request: WireRequest): Promise<WireResponse> => {
    const call = callOf(request);
    if ('statusCode' in call) return renderError(random, call);
    const work = forwardedWorkOf(call);
    const lacksPermissions = work !== undefined && dependencies.mayAct?.(request, work) === false;
    const { reply, records, reversed } = execute(
      { ...worldNow(), lacksPermissions },
      call.operation,
      call.input,
    );
    // Whether a replication is reversed is asked where it goes to, so that comes first.
    if (reversed !== undefined) deliver(reversed);
    remember(records);
    if (reply.kind === 'silent')
      await new Promise<void>((resolve) => announcer.later(reply.seconds * 1000, resolve));
    return renderReply(random, reply);
  };

  announcer.announcePoints();
  announcer.arm([
    ...hintsOfStalls(worldNow()),
    ...sourceNetworksOf(worldNow()).flatMap((network) => hintsOfNetwork(worldNow(), network)),
    ...Object.values(state.jobs).flatMap((job) => hintsOfJob(worldNow(), job)),
  ]);
  Object.values(state.jobs).forEach(tellOf);

  return {
    service: { signingName: 'drs', operations: operationNames, handle },
    counters: () => state.calls,
    instances: () => launchedInstances(worldNow()),
    templates: () => serverTemplates(worldNow()),
    receive: (server) => remember(additionOf(worldNow(), server)),
    view: viewOf(worldNow),
    close: () => announcer.close(),
  };
};

/** A machine that was launched for several servers in turn is what the last launch made of it. */
const launchedInstances = (world: World): readonly LaunchedInstance[] =>
  Object.keys(world.state.history).flatMap((id) => {
    const server = serverById(world, id);
    const own = instancesOfServer(world, id).filter((instance) => isNewest(world, instance));
    return own.map((instance) => ({
      ...instance,
      instanceType: instance.instanceType ?? server?.instanceType ?? 'm5.large',
      hostname: server?.hostname ?? id,
      tags: instanceTagsOf(world, instance),
      platform: server !== undefined && /windows/i.test(server.os) ? 'windows' : 'linux',
    }));
  });
