import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { type Cloud, createCloud } from './cloud/cloud.ts';
import { type Databases, openDatabases } from './state/databases.ts';
import type { Facts } from './iam/access.ts';
import { createTableFacts } from './dynamodb/table-facts.ts';
import { serviceNamedIn } from './gateway/credential-scope.ts';
import { createGateway, type GatewayOptions } from './gateway/gateway.ts';
import { openHttpDoor } from './gateway/http-door.ts';
import { judgeSignature } from './gateway/judge-signature.ts';
import { signatureRefusal } from './gateway/signature-refusal.ts';
import { statusPage } from './gateway/status-page.ts';
import type { Host } from './host.ts';
import type { IamOptions } from './iam/enforcement.ts';
import { createGatekeeper, type Gatekeeper } from './iam/gatekeeper.ts';
import type { SimulatedFunction } from './lambda/function.ts';
import type { LambdaRun } from './lambda/run.ts';
import { defaultScenario, type Scenario } from './scenario.ts';
import { createDurableClock, type DurableClock } from './state/durable-clock.ts';
import { createJournals } from './state/journals.ts';
import { newestTimeIn } from './state/newest-time.ts';
import { checkVacant, occupy } from './state/occupancy.ts';
import { prepareStateFolder } from './state/state-folder.ts';
import { secretOf } from './sts/access-key.ts';
import { isTokenOf } from './sts/session.ts';

export interface SimulatedAwsOptions {
  /** The folder that holds everything; without it, all is in memory and gone at the end. */
  readonly stateDir?: string;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. Whoever can reach another address can do everything here. */
  readonly host?: string;
  /** How many times faster than the wall clock idle time passes. Default: 1. */
  readonly speed?: number;
  /** Whether EventBridge's API destinations may call addresses other than this machine's. Default: false. */
  readonly outbound?: boolean;
  /** What is there at first, and what goes wrong. Default: a shop in three tiers of two servers. */
  readonly scenario?: Scenario;
  /** Default: eu-west-1. */
  readonly region?: string;
  /** Default: 111122223333. */
  readonly account?: string;
  /** Functions that run in this process. Default: none. */
  readonly functions?: readonly SimulatedFunction[];
  /** Whether requests that are not signed, or wrongly, are refused as AWS does. Default: signatures are ignored. */
  readonly verifySignatures?: boolean;
  /** What the templates of a deployment permit, and nothing else. Default: everybody may do everything. */
  readonly iam?: IamOptions;
  /** Called with every run of a function when it ends. */
  readonly onRun?: (run: LambdaRun) => void;
  /** Told the text of every event that a rule sends to a log group. */
  readonly onEvent?: (payload: string) => void;
  /** Told in one line what of the state folder was repaired, or could not be saved and does no harm. */
  readonly onNote?: (text: string) => void;
  /** What a product that is embedded here adds. Default: nothing. */
  readonly embedded?: Host;
}

export interface SimulatedAws {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** Simulated time, epoch ms. */
  now(): number;
  /** Runs when so much simulated time has passed, in ms; returns the cancellation. */
  after(delayMs: number, run: () => void): () => void;
  /** Calls so far of the services that count theirs, by service and operation. */
  counters(): { readonly drs: Readonly<Record<string, number>> };
  /** Stops; what is in the state folder goes on with the next start. */
  close(): Promise<void>;
}

interface Home {
  readonly account: string;
  readonly region: string;
}

const moveIn = async (stateDir: string): Promise<void> => {
  prepareStateFolder(stateDir);
  await checkVacant(stateDir);
};

/** What is wrong with a request's signature, by the wall clock, which is the one that its client signs by. */
const verify: GatewayOptions['verify'] = ({ service }, request) => {
  const named = serviceNamedIn(request) ?? service;
  const fault = judgeSignature(request, named, { secretOf, isTokenOf }, Date.now());
  return fault && signatureRefusal(request, service, fault);
};

const guard = ({ authority, enforcement }: Cloud, homeAccount: string, databases: Databases): Gatekeeper => {
  const facts = new Map<string, Facts>();
  return createGatekeeper({
    ...{ authority, homeAccount },
    isEnforced: enforcement !== undefined,
    factsAt(place) {
      const name = `${place.account}/${place.region}`;
      const known = facts.get(name) ?? createTableFacts(databases.at(place));
      facts.set(name, known);
      return known;
    },
  });
};

/** The address under which this machine itself reaches the endpoint. */
const reachableAt = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};

/** What has been opened so far, to be closed in the opposite order. */
const createClosing = () => {
  const closings: (() => unknown)[] = [];
  return {
    add: (close: () => unknown): void => void closings.unshift(close),
    async run(): Promise<void> {
      for (const close of closings.splice(0)) await close();
    },
  };
};

type Closing = ReturnType<typeof createClosing>;

/** What outlives the process, or is in memory. */
const openState = async (
  { stateDir, speed = 1, onNote = () => undefined, embedded = {} }: SimulatedAwsOptions,
  home: Home,
  closing: Closing,
) => {
  const inFolder = (name: string): string | undefined => stateDir && join(stateDir, name);
  // Its lock keeps out whoever else would write here, so it is opened first and closed last.
  const opened: { clock?: DurableClock } = {};
  // Until the clock runs, nothing can expire.
  const now = (): number => opened.clock?.now() ?? 0;
  const databases = await openDatabases(stateDir, home, now, embedded.ensureTables);
  closing.add(() => databases.close());
  const busJournal = inFolder('journals/eventbridge.jsonl');
  const clock = createDurableClock({
    ...{ file: inFolder('clock'), speed, onNote },
    newestKnown: () =>
      busJournal === undefined ? undefined : newestTimeIn(busJournal, embedded.trustedSource),
  });
  opened.clock = clock;
  closing.add(() => clock.close());
  const journals = createJournals(inFolder('journals'), onNote);
  closing.add(() => journals.close());
  return { databases, clock, journals };
};

/** What is there once the services are. */
interface Opened {
  cloud?: Cloud;
  isReady?: true;
  gatekeeper?: Gatekeeper;
}

const open = async (options: SimulatedAwsOptions, closing: Closing): Promise<Omit<SimulatedAws, 'close'>> => {
  const { stateDir, port = 0, host = '127.0.0.1', speed = 1, scenario = defaultScenario } = options;
  const { region = 'eu-west-1', account = '111122223333', embedded = {} } = options;
  const home = { account, region };
  if (stateDir !== undefined) await moveIn(stateDir);
  const { databases, clock, journals } = await openState(options, home, closing);
  const instance = randomUUID();
  const opened: Opened = {};
  const doors = embedded.doors?.({ clock, enforcement: () => opened.cloud?.enforcement });
  const status = statusPage({
    ...{ speed, region, account, instance, name: embedded.name ?? 'simulated-aws' },
    now: () => clock.now(),
    isReady: () => opened.isReady === true,
  });
  const refuse: Gatekeeper = async (...call) => opened.gatekeeper?.(...call);
  const gateway = createGateway({
    ...{ region, refuse },
    ...(doors !== undefined && { api: doors.api }),
    page: async (request) => status(request) ?? (await doors?.page(request)),
    resolve: (...call) => opened.cloud?.resolve(...call),
    ...(options.verifySignatures === true && { verify }),
  });
  const door = await openHttpDoor({
    ...{ port, host, gateway },
    ...(doors !== undefined && { cutOff: doors.api, stream: doors.stream }),
  });
  closing.add(() => door.close());
  if (doors !== undefined) closing.add(() => doors.close());
  const endpoint = `http://${reachableAt(host)}:${door.port}`;
  if (stateDir !== undefined) occupy(stateDir, { endpoint, instance });
  embedded.onListening?.(endpoint);
  const cloud = createCloud({
    ...{ clock, journals, account, region, endpoint, scenario, iam: options.iam },
    random: Math.random,
    refuse,
    isOutboundAllowed: options.outbound ?? false,
    dynamodb: (place) => databases.at(place),
    functions: options.functions ?? [],
    // What is cut short by the end is no news: a successor does it again.
    onRun: (run) => void (opened.cloud !== undefined && options.onRun?.(run)),
    onEvent: (payload) => options.onEvent?.(payload),
    ownLogGroup: embedded.ownLogGroup?.(home),
  });
  opened.cloud = cloud;
  opened.gatekeeper = guard(cloud, account, databases);
  closing.add(() => {
    delete opened.cloud;
    delete opened.isReady;
    cloud.close();
  });
  await embedded.prepare?.(cloud);
  opened.isReady = true;
  return {
    ...{ endpoint, account, region },
    now: () => clock.now(),
    after: (delayMs, run) => clock.after(delayMs, run),
    counters: () => ({ drs: cloud.home.drs.counters() }),
  };
};

/**
 * Starts a simulated AWS on one endpoint, for the clients of this process and of others. A start that fails leaves
 * nothing open: no port, no database, no timer.
 */
export const createSimulatedAws = async (options: SimulatedAwsOptions = {}): Promise<SimulatedAws> => {
  const closing = createClosing();
  try {
    return { ...(await open(options, closing)), close: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
};
