import { createJsonService } from '../protocols/json-protocol.ts';
import type { Operations } from '../protocols/operation.ts';
import type { LocalService } from '../wire.ts';
import type { ApiDestination } from './api-destination.ts';
import { apiDestinationAt, apiDestinationOperations } from './api-destination-operations.ts';
import { archiveOperations } from './archive-operations.ts';
import { busNameOf, defaultBus, resourceNameOf } from './arn.ts';
import { busPolicyOperations } from './bus-policy-operations.ts';
import type { Connection } from './connection.ts';
import { connectionOperations } from './connection-operations.ts';
import type { DeliveryResult, WayToBus } from './delivery-target.ts';
import { type Engine, type LocalEventBridgeOptions, openEngine } from './engine.ts';
import { createEvent, type EventContent } from './event.ts';
import { eventBusOperations } from './event-bus-operations.ts';
import { happens } from './faults.ts';
import type { JsonObject } from './json.ts';
import type { MetricCounts } from './metrics.ts';
import { patternOperations } from './pattern-input.ts';
import { putEventsOperation } from './put-events.ts';
import { replayOperations } from './replay-operations.ts';
import { ruleOperations } from './rule-operations.ts';
import { tagOperations } from './tag-operations.ts';
import { targetOperations } from './target-operations.ts';

/** An Amazon EventBridge of one account and Region, within the process and durable in its journal. */
export interface LocalEventBridge {
  readonly service: LocalService;
  /** Emits an event as an AWS service does, onto the default bus; its id, or nothing if a fault swallowed it. */
  putServiceEvent(event: EventContent): string | undefined;
  /** Takes an event of another account or Region onto the bus of this ARN; nothing where that is no bus here. */
  receive(busArn: string, event: string, way: WayToBus): DeliveryResult | undefined;
  /** The role in which a rule hands events to a target, if it names one. */
  roleOf(ruleArn: string, targetArn: string): string | undefined;
  /** The statements of a bus's policy; none for a bus that is not here. */
  policyOf(busArn: string): readonly JsonObject[];
  /** What a host needs to call the API destination of a target. */
  apiDestination(arn: string): ApiDestinationTarget | undefined;
  /** Deliveries that are accepted and not over. */
  backlog(): number;
  metrics(): MetricCounts;
  /** Stops all timers. What is owed stays in the journal, which is the host's to close. */
  close(): void;
}

export interface ApiDestinationTarget {
  readonly destination: ApiDestination;
  readonly connection: Connection | undefined;
}

const operationsOf = (
  { core, router, rules, timers, archives, store, runner }: Engine,
  toBus: LocalEventBridgeOptions['toBus'],
): Operations => {
  const ruleChanged = (bus: string, name: string): void => {
    rules.changed(bus);
    timers.changed(bus, name);
  };
  return {
    PutEvents: putEventsOperation(core, router, toBus),
    ...eventBusOperations(core),
    ...busPolicyOperations(core),
    ...ruleOperations(core, ruleChanged),
    ...targetOperations(core, ruleChanged),
    ...patternOperations(),
    ...archiveOperations(core, store, () => archives.changed()),
    ...replayOperations(core, store, runner),
    ...connectionOperations(core),
    ...apiDestinationOperations(core),
    ...tagOperations(core),
  };
};

/** Rebuilds the bus from its journal and takes up whatever was under way: deliveries, schedules, replays. */
export const createLocalEventBridge = (options: LocalEventBridgeOptions): LocalEventBridge => {
  const engine = openEngine(options);
  const { core, log, faults, metrics, queue, router, timers, runner } = engine;
  log.opened();
  queue.resume();
  timers.resume();
  runner.resume();
  return {
    service: createJsonService({
      signingName: 'events',
      targetPrefix: 'AWSEvents',
      version: '1.1',
      operations: operationsOf(engine, options.toBus),
    }),
    putServiceEvent(content) {
      if (happens(faults.dropHintProbability, core.random)) {
        metrics.count('hintsDropped');
        return undefined;
      }
      const event = createEvent(content, core, core.clock.now());
      router.dispatch(event, defaultBus);
      return event.id;
    },
    apiDestination(arn) {
      const destination = apiDestinationAt(core, arn);
      if (destination === undefined) return undefined;
      const [connection = ''] = resourceNameOf(destination.connectionArn).split('/');
      return { destination, connection: core.tables.connection.get(connection) };
    },
    receive: (busArn, event, way) => router.receive(busArn, event, way),
    roleOf: (ruleArn, targetArn) =>
      [...core.tables.rule.values()]
        .filter(({ bus, name }) => core.arns.rule(bus, name) === ruleArn)
        .flatMap(({ targets }) => targets)
        .find(({ Arn }) => Arn === targetArn)?.RoleArn,
    policyOf: (busArn) => core.tables.bus.get(busNameOf(busArn, core.arns))?.policy ?? [],
    backlog: () => queue.size,
    metrics: () => metrics.counts(),
    close() {
      queue.close();
      timers.close();
      runner.close();
    },
  };
};
