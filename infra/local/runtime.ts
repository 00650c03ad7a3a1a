import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalDynamodb, type LocalDynamodb } from './dynamodb/local-dynamodb.ts';
import { ensureStateTable } from './dynamodb/state-table.ts';
import { createGateway } from './gateway/gateway.ts';
import { openHttpDoor } from './gateway/http-door.ts';
import type { LambdaRun } from './lambda/run.ts';
import type { LocalService } from './wire.ts';
import { type Cloud, createCloud } from './runtime/cloud.ts';
import { createDurableClock } from './runtime/durable-clock.ts';
import { enterEnvironment, handlerEnvironment } from './runtime/environment.ts';
import { createHandlers } from './runtime/handlers.ts';
import { createJournals } from './runtime/journals.ts';
import { checkVacant, occupy } from './runtime/occupancy.ts';
import { createArns, provision } from './runtime/provision.ts';
import { defaultScenario, type Scenario } from './runtime/scenario.ts';
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
  /** Told of every run of a function when it ends. */
  readonly onRun?: (run: LambdaRun) => void;
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
  mkdirSync(stateDir, { recursive: true });
  await checkVacant(stateDir);
};

/** Opens the database with the product's table in it. */
const openDatabase = async (stateDir: string | undefined): Promise<LocalDynamodb> => {
  const folder = stateDir === undefined ? undefined : join(stateDir, 'dynamodb');
  const database = createLocalDynamodb({ folder });
  const state = await ensureStateTable(database.service);
  if (state === 'active' || folder === undefined) return database;
  await database.close();
  rmSync(folder, { recursive: true });
  return openDatabase(stateDir);
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

/** The address under which this machine itself reaches the endpoint. */
const reachableAt = (host: string): string => {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
};

/**
 * Starts the simulated AWS on one endpoint, with the product's functions running in it. Their handlers read
 * the environment of this process, so one runtime lives in a process at a time.
 */
export const startRuntime = async (options: RuntimeOptions = {}): Promise<Runtime> => {
  const { stateDir, port = 0, host = '127.0.0.1', speed = 1, scenario = defaultScenario } = options;
  const { region = 'eu-west-1', account = '111122223333', logLevel = 'SILENT' } = options;
  const { recoveryNeedsApproval = false } = options;
  if (stateDir !== undefined) await moveIn(stateDir);
  const database = await openDatabase(stateDir);
  const clock = createDurableClock({ file: stateDir && join(stateDir, 'clock'), speed });
  const journals = createJournals(stateDir && join(stateDir, 'journals'));
  const instance = randomUUID();
  const listeners = createListeners();
  const handlers = createHandlers();
  const opened: { cloud?: Cloud } = {};
  const resolve = (scope: Parameters<Cloud['resolve']>[0]): LocalService | undefined =>
    opened.cloud?.resolve(scope);
  const web = createWeb({
    clock,
    load: (name) => handlers.load(name),
    status: statusPage({ now: () => clock.now(), speed, region, account, instance }),
    subscribe: (listener) => listeners.subscribe(listener),
  });
  const gateway = createGateway({ region, resolve, api: web.api, page: web.page });
  const door = await openHttpDoor({ port, host, gateway, cutOff: web.api, stream: web.stream }).catch(
    async (error: unknown) => {
      await database.close();
      throw error;
    },
  );
  const endpoint = `http://${reachableAt(host)}:${door.port}`;
  if (stateDir !== undefined) occupy(stateDir, { endpoint, instance });
  const leave = enterEnvironment(
    handlerEnvironment({ endpoint, account, region, logLevel, recoveryNeedsApproval }),
  );
  const cloud = createCloud({
    ...{ clock, journals, account, region, endpoint, scenario },
    random: Math.random,
    isOutboundAllowed: options.outbound ?? false,
    dynamodb: database.service,
    load: (name) => handlers.load(name),
    // What is cut short by the end of the runtime is no news: its successor does it again.
    onRun: (run) => void (opened.cloud !== undefined && options.onRun?.(run)),
    onEvent: (payload) => listeners.tell(payload),
  });
  opened.cloud = cloud;
  await provision({ ...cloud, arns: createArns(account, region) });
  return {
    endpoint,
    account,
    region,
    now: () => clock.now(),
    after: (delayMs, run) => clock.after(delayMs, run),
    subscribe: (listener) => listeners.subscribe(listener),
    warm: () => handlers.warm(),
    drsCalls: () => cloud.home.drs.counters(),
    async close() {
      delete opened.cloud;
      cloud.close();
      web.close();
      await door.close();
      await database.close();
      journals.close();
      clock.close();
      leave();
    },
  };
};
