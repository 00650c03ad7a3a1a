import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { serviceNamedIn } from '../simulated-aws/gateway/credential-scope.ts';
import { createGateway, type GatewayOptions } from '../simulated-aws/gateway/gateway.ts';
import { openHttpDoor } from '../simulated-aws/gateway/http-door.ts';
import { judgeSignature } from '../simulated-aws/gateway/judge-signature.ts';
import { signatureRefusal } from '../simulated-aws/gateway/signature-refusal.ts';
import type { LambdaRun } from '../simulated-aws/lambda/run.ts';
import type { LocalService } from '../simulated-aws/wire.ts';
import { type Cloud, createCloud } from './runtime/cloud.ts';
import { createApiPermission } from './runtime/api-permission.ts';
import { openDatabase } from './runtime/database.ts';
import { createDurableClock, type DurableClock } from './runtime/durable-clock.ts';
import { enterEnvironment, handlerEnvironment } from './runtime/environment.ts';
import { createHandlers } from './runtime/handlers.ts';
import { createJournals } from './runtime/journals.ts';
import { newestTimeIn } from './runtime/newest-time.ts';
import { createTableFacts } from '../simulated-aws/dynamodb/table-facts.ts';
import { createGatekeeper, type Gatekeeper } from '../simulated-aws/iam/gatekeeper.ts';
import { divideEnvironment, type Variables } from './runtime/function-environment.ts';
import type { Enforcement, IamOptions } from './runtime/enforcement.ts';
import { accessKeyFor, secretOf } from '../simulated-aws/sts/access-key.ts';
import { isTokenOf, tokenFor } from '../simulated-aws/sts/session.ts';
import { checkVacant, occupy } from './runtime/occupancy.ts';
import { createArns, provision } from './runtime/provision.ts';
import { defaultScenario, type Scenario } from './runtime/scenario.ts';
import { prepareStateFolder } from './runtime/state-folder.ts';
import { statusPage } from './runtime/status-page.ts';
import { createWeb } from './web/web.ts';

export interface RuntimeOptions {
  /** The folder that holds everything; without it, all is in memory and gone at the end. */
  readonly stateDir?: string;
  /** Default: 0, any free port. */
  readonly port?: number;
  /** Default: 127.0.0.1. Whoever can reach another address can do everything that the runtime can. */
  readonly host?: string;
  /** How many times faster than the wall clock idle time passes. Default: 1. */
  readonly speed?: number;
  /** Whether EventBridge's API destinations may call addresses other than this machine's. Default: false. */
  readonly outbound?: boolean;
  /** Default: a shop in three tiers of two servers. */
  readonly scenario?: Scenario;
  /** Default: eu-west-1. */
  readonly region?: string;
  /** Default: 111122223333. */
  readonly account?: string;
  /** Log level of the handlers, in Powertools' words. Default: SILENT. */
  readonly logLevel?: string;
  /** A second person has to approve every real recovery. Default: where its plan says so. */
  readonly recoveryNeedsApproval?: boolean;
  /** Whether requests that are not signed, or wrongly, are refused as AWS does. Default: no signature is looked at. */
  readonly verifySignatures?: boolean;
  /** What the templates of a deployment permit, and nothing else. Default: everybody may do everything. */
  readonly iam?: IamOptions;
  /** Told of every run of a function when it ends. */
  readonly onRun?: (run: LambdaRun) => void;
  /** Told in one line what of the state folder was repaired, or could not be saved and does no harm. */
  readonly onNote?: (text: string) => void;
}

/** An event as a rule hands it on: EventBridge's own envelope. */
export interface RuntimeEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly detail: unknown;
}

export interface Runtime {
  readonly endpoint: string;
  readonly account: string;
  readonly region: string;
  /** Simulated time, epoch ms. */
  now(): number;
  /** Runs when so much simulated time has passed; returns the cancellation. */
  after(delayMs: number, run: () => void): () => void;
  /** Every live event of the product's bus, at least once and in no promised order. Returns the end of it. */
  subscribe(listener: (event: RuntimeEvent) => void): () => void;
  /** Loads all handlers, so that the first event meets none that is cold. */
  warm(): Promise<void>;
  /** Calls of the simulated DRS so far, by operation. */
  drsCalls(): Readonly<Record<string, number>>;
  /** Stops; what is in the state folder goes on with the next runtime. */
  close(): Promise<void>;
}

const moveIn = async (stateDir: string): Promise<void> => {
  prepareStateFolder(stateDir);
  await checkVacant(stateDir);
};

const createListeners = () => {
  const listeners = new Set<(event: RuntimeEvent) => void>();
  return {
    tell(payload: string): void {
      if (listeners.size === 0) return;
      const event = JSON.parse(payload) as RuntimeEvent;
      for (const listener of listeners) listener(event);
    },
    subscribe(listener: (event: RuntimeEvent) => void): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

/** What Lambda puts into the environment of one function: its name, and the credentials of its role. */
const functionVariables = (enforcement: Enforcement | undefined, name: string): Variables | undefined => {
  if (enforcement === undefined) return undefined;
  const fn = enforcement.functionNamed(name);
  const nobody = { AWS_LAMBDA_FUNCTION_NAME: name, AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
  if (fn === undefined) return nobody;
  const accessKeyId = accessKeyFor(fn.account, Math.random);
  return {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretOf(accessKeyId) ?? '',
    AWS_SESSION_TOKEN: tokenFor(enforcement.identityOf(fn)),
  };
};

/** What is wrong with a request's signature, by the wall clock, which is the one that its client signs by. */
const verify: GatewayOptions['verify'] = ({ service }, request) => {
  const named = serviceNamedIn(request) ?? service;
  const fault = judgeSignature(request, named, { secretOf, isTokenOf }, Date.now());
  return fault && signatureRefusal(request, service, fault);
};

const enterDividedEnvironment = (variables: Variables): (() => void) => {
  const leave = enterEnvironment(variables);
  const join = divideEnvironment();
  return () => {
    join();
    leave();
  };
};

/** Services that each account and Region has; the simulation has the others once. */
const everywhere = ['drs', 'ec2', 'servicequotas', 'ssm'];

const guard = (
  { authority }: Enforcement,
  home: { readonly account: string; readonly region: string },
  dynamodb: LocalService,
): Gatekeeper =>
  createGatekeeper({
    ...{ authority, home },
    facts: createTableFacts(dynamodb),
    isEverywhere: (name) => everywhere.includes(name),
  });

/** What is there once the simulated AWS is open. */
interface Opened {
  cloud?: Cloud;
  isReady?: true;
  gatekeeper?: Gatekeeper;
  admissionOf?: ReturnType<typeof createApiPermission>;
}

/** What stands in front of the services and the API; nothing where IAM is not enforced. */
const guardsOf = (
  { enforcement }: Cloud,
  home: { readonly account: string; readonly region: string },
  dynamodb: LocalService,
): Pick<Opened, 'gatekeeper' | 'admissionOf'> =>
  enforcement === undefined
    ? {}
    : {
        gatekeeper: guard(enforcement, home, dynamodb),
        admissionOf: createApiPermission(enforcement),
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
  { stateDir, speed = 1, onNote = () => undefined }: RuntimeOptions,
  home: { readonly account: string; readonly region: string },
  closing: Closing,
) => {
  const inFolder = (name: string): string | undefined => stateDir && join(stateDir, name);
  // Its lock keeps out whoever else would write here, so it is opened first and closed last.
  const opened: { clock?: DurableClock } = {};
  // Until the clock runs, nothing can expire.
  const database = await openDatabase(stateDir, { ...home, now: () => opened.clock?.now() ?? 0 });
  closing.add(() => database.close());
  const busJournal = inFolder('journals/eventbridge.jsonl');
  const clock = createDurableClock({
    ...{ file: inFolder('clock'), speed, onNote },
    newestKnown: () => (busJournal === undefined ? undefined : newestTimeIn(busJournal)),
  });
  opened.clock = clock;
  closing.add(() => clock.close());
  const journals = createJournals(inFolder('journals'), onNote);
  closing.add(() => journals.close());
  return { database, clock, journals };
};

const open = async (options: RuntimeOptions, closing: Closing): Promise<Omit<Runtime, 'close'>> => {
  const { stateDir, port = 0, host = '127.0.0.1', speed = 1, scenario = defaultScenario } = options;
  const { region = 'eu-west-1', account = '111122223333', logLevel = 'SILENT' } = options;
  const { recoveryNeedsApproval = false } = options;
  if (stateDir !== undefined) await moveIn(stateDir);
  // Last of all: handlers that are still in flight read the environment.
  const environment = { leave: (): void => undefined };
  closing.add(() => environment.leave());
  const { database, clock, journals } = await openState(options, { account, region }, closing);
  const instance = randomUUID();
  const listeners = createListeners();
  const opened: Opened = {};
  const handlers = createHandlers((name) => functionVariables(opened.cloud?.enforcement, name));
  const web = createWeb({
    clock,
    load: (name) => handlers.load(name),
    admissionOf: (request) => opened.admissionOf?.(request) ?? 'admitted',
    status: statusPage({
      ...{ speed, region, account, instance },
      now: () => clock.now(),
      isReady: () => opened.isReady === true,
    }),
    subscribe: (listener) => listeners.subscribe(listener),
  });
  const refuse: Gatekeeper = async (...call) => opened.gatekeeper?.(...call);
  const gateway = createGateway({
    ...{ region, api: web.api, page: web.page },
    resolve: (scope) => opened.cloud?.resolve(scope),
    ...(options.verifySignatures === true && { verify }),
    refuse,
  });
  const door = await openHttpDoor({ port, host, gateway, cutOff: web.api, stream: web.stream });
  closing.add(() => door.close());
  closing.add(() => web.close());
  const endpoint = `http://${reachableAt(host)}:${door.port}`;
  if (stateDir !== undefined) occupy(stateDir, { endpoint, instance });
  const enter = options.iam === undefined ? enterEnvironment : enterDividedEnvironment;
  environment.leave = enter(
    handlerEnvironment({ endpoint, account, region, logLevel, recoveryNeedsApproval }),
  );
  const cloud = createCloud({
    ...{ clock, journals, account, region, endpoint, scenario, iam: options.iam },
    random: Math.random,
    refuse,
    isOutboundAllowed: options.outbound ?? false,
    dynamodb: database.service,
    load: (name) => handlers.load(name),
    // What is cut short by the end of the runtime is no news: its successor does it again.
    onRun: (run) => void (opened.cloud !== undefined && options.onRun?.(run)),
    onEvent: (payload) => listeners.tell(payload),
  });
  opened.cloud = cloud;
  Object.assign(opened, guardsOf(cloud, { account, region }, database.service));
  closing.add(() => {
    delete opened.cloud;
    delete opened.isReady;
    cloud.close();
  });
  await provision({ ...cloud, arns: createArns(account, region) });
  opened.isReady = true;
  return {
    ...{ endpoint, account, region },
    now: () => clock.now(),
    after: (delayMs, run) => clock.after(delayMs, run),
    subscribe: (listener) => listeners.subscribe(listener),
    warm: () => handlers.warm(),
    drsCalls: () => cloud.home.drs.counters(),
  };
};

/**
 * Starts the simulated AWS on one endpoint, with the product's functions running in it. Their handlers read
 * the environment of this process, so one runtime lives in a process at a time. A start that fails leaves
 * nothing open: no port, no database, no timer.
 */
export const startRuntime = async (options: RuntimeOptions = {}): Promise<Runtime> => {
  const closing = createClosing();
  try {
    return { ...(await open(options, closing)), close: () => closing.run() };
  } catch (error) {
    await closing.run();
    throw error;
  }
};
