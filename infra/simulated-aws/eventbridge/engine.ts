import type { LocalClock } from '../clock.ts';
import type { Random } from '../identifiers.ts';
import type { Journal } from '../journal.ts';
import { retentionLimit } from './archive.ts';
import { type ArchiveIndex, createArchiveIndex } from './archive-index.ts';
import { type ArchiveStore, createArchiveStore } from './archive-store.ts';
import { createArns } from './arn.ts';
import type { Core } from './core.ts';
import { createDeliveryLedger } from './delivery-ledger.ts';
import { createDeliveryQueue, type DeliveryQueue } from './delivery-queue.ts';
import type { DeliveryHost } from './delivery-target.ts';
import { ensureDefaultBus } from './event-bus-operations.ts';
import { type Faults, noFaults } from './faults.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import type { EventBridgeRecord } from './record.ts';
import {
  createReplayRunner,
  defaultReplaySettings,
  type ReplaySettings,
  type ReplayRunner,
} from './replay-runner.ts';
import { type Latency, measuredLatency } from './retry.ts';
import { createRouter, type Router } from './router.ts';
import { createRuleIndex, type RuleIndex } from './rule-index.ts';
import { createRuleTimers, type RuleTimers } from './rule-timers.ts';
import { createTable } from './table.ts';

export interface LocalEventBridgeOptions extends DeliveryHost {
  readonly clock: LocalClock;
  readonly journal: Journal<EventBridgeRecord>;
  readonly account: string;
  readonly region: string;
  /** Gives event ids among others, so it must not repeat itself after a restart. */
  readonly random: Random;
  /** From acceptance to the first attempt; both zero to deliver at once. Default: as measured on AWS. */
  readonly latency?: Latency;
  readonly faults?: Partial<Faults>;
  readonly replays?: Partial<ReplaySettings>;
  /** Records that no longer count before the journal is rewritten. Default 10,000. */
  readonly deadRecordsMax?: number;
}

/** The moving parts of a bus, restored and not yet running. */
export interface Engine {
  readonly core: Core;
  readonly log: Log;
  readonly faults: Faults;
  readonly metrics: Metrics;
  readonly rules: RuleIndex;
  readonly archives: ArchiveIndex;
  readonly store: ArchiveStore;
  readonly queue: DeliveryQueue;
  readonly router: Router;
  readonly timers: RuleTimers;
  readonly runner: ReplayRunner;
}

const openCore = (options: LocalEventBridgeOptions, log: Log): Core => {
  const { account, region, clock, random } = options;
  const tables = {
    bus: createTable(log, 'bus'),
    rule: createTable(log, 'rule'),
    archive: createTable(log, 'archive'),
    replay: createTable(log, 'replay'),
    connection: createTable(log, 'connection'),
    apiDestination: createTable(log, 'apiDestination'),
  };
  const core = { account, region, clock, random, arns: createArns(account, region), tables };
  ensureDefaultBus(core);
  return core;
};

/** Rebuilds the parts of a bus from its journal. */
export const openEngine = (options: LocalEventBridgeOptions): Engine => {
  const log = createLog(options.journal, options.deadRecordsMax ?? 10_000);
  const core = openCore(options, log);
  const store = createArchiveStore(log, (name) => {
    const archive = core.tables.archive.get(name);
    return archive === undefined ? Number.NEGATIVE_INFINITY : retentionLimit(archive, core.clock.now());
  });
  const faults = { ...noFaults, ...options.faults };
  const metrics = createMetrics();
  const rules = createRuleIndex(core);
  const archives = createArchiveIndex(core);
  const queue = createDeliveryQueue({
    clock: core.clock,
    random: core.random,
    ledger: createDeliveryLedger(log),
    host: options,
    latency: options.latency ?? measuredLatency,
    faults,
    metrics,
    forward: (targetArn, event) =>
      router.receive(targetArn, event, 'forwarded') ?? options.toBus?.(targetArn, event, 'forwarded'),
  });
  const router = createRouter({ core, rules, archives, store, metrics, queue });
  const timers = createRuleTimers(core, router);
  const settings = { ...defaultReplaySettings, ...options.replays };
  const runner = createReplayRunner({ core, store, router, settings, backlog: () => queue.size });
  return { core, log, faults, metrics, rules, archives, store, queue, router, timers, runner };
};
