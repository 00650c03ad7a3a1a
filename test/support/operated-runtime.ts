import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AutomationExecution, GetAutomationExecutionCommand, SSMClient } from '@aws-sdk/client-ssm';
import { expect, vi } from 'vitest';
import type * as z from 'zod';
import type { planSchema } from '../../contracts/plan.ts';
import { type RuntimeEvent, type RuntimeOptions, startRuntime } from '../../infra/local/runtime.ts';
import { accessKeyFor } from '../../infra/simulated-aws/sts/access-key.ts';
import type { DomainEvent } from '../../contracts/catalogue.ts';
import { parseDomainEvent } from '../../services/core/streams/domain-event.ts';
import { runCommand } from './terminal.ts';

type Type = DomainEvent['type'];
type EventOf<T extends Type> = Extract<DomainEvent, { readonly type: T }>;
type DataOf<T extends Type> = EventOf<T>['data'];

/** For a test or hook that waits for several events on a machine that others keep busy. */
export const patienceMs = 120_000;

/** Whoever approves an execution has a week: an hour, which is the default, would be seconds at the speed of a test. */
export const giveApproversTime = (): void => void vi.stubEnv('APPROVAL_MINUTES', String(7 * 24 * 60));

/** A plan as people write it. */
export type WrittenPlan = z.input<typeof planSchema>;

export const isAbout =
  (waveId: string) =>
  (data: object): boolean =>
    'waveId' in data && data.waveId === waveId;

/** The id of an event of the product: of an execution, a wave or a clean-up. */
const eventIdOf = /^exec-[0-9a-f]{20}(\/[^@]*)?@\d+$/;

/** What came right before an event: in its own stream, and what it followed from. */
const comesBefore = ({ metadata: { stream, version, causationId } }: DomainEvent): readonly string[] => [
  ...(version > 1 ? [`${stream}@${version - 1}`] : []),
  ...(eventIdOf.test(causationId) ? [causationId] : []),
];

/** Everything that the product says on its bus, each event once. */
const createHearing = () => {
  const events = new Map<string, DomainEvent>();
  const whole = new Set<string>();
  const isWhole = ({ metadata: { eventId } }: DomainEvent): boolean => {
    const seen = new Set<string>();
    const open = [eventId];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id) || whole.has(id)) continue;
      const event = events.get(id);
      if (event === undefined) return false;
      seen.add(id);
      open.push(...comesBefore(event));
    }
    seen.forEach((id) => whole.add(id));
    return true;
  };
  const heard = (executionId: string): readonly DomainEvent[] =>
    [...events.values()].filter(({ metadata }) => metadata.executionId === executionId);
  return {
    hear(type: string, detail: unknown): void {
      const event = parseDomainEvent(type, detail);
      if (event !== undefined) events.set(event.metadata.eventId, event);
    },
    /** In the order in which they came, which says little. */
    heard,
    /**
     * Whether all has been heard that led to an event. The bus keeps no order, so that an end may be heard before what
     * came before it.
     */
    isWhole,
    /** In the order in which the execution, or one of its waves, said them. */
    stream: (executionId: string, waveId?: string): readonly DomainEvent[] =>
      heard(executionId)
        .filter(({ metadata }) => metadata.stream === [executionId, waveId].filter(Boolean).join('/'))
        .toSorted((a, b) => a.metadata.version - b.metadata.version),
    /** Those of one type, in the order in which they were heard. */
    all: <T extends Type>(executionId: string, type: T): readonly EventOf<T>[] =>
      heard(executionId).filter((event): event is EventOf<T> => event.type === type),
  };
};

/** A runtime of its own, warm, operated by the real command line and heard over its bus, by a listener too. */
export const operateRuntime = async (
  options: RuntimeOptions,
  listener: (event: RuntimeEvent) => void = () => undefined,
) => {
  giveApproversTime();
  const runtime = await startRuntime(options);
  const { hear, ...hearing } = createHearing();
  // First of all: a runtime that goes on where another ended may say something while its handlers are loaded.
  runtime.subscribe((event) => {
    hear(event['detail-type'], event.detail);
    listener(event);
  });
  await runtime.warm();

  /** Runs a command line, which has to end with this exit code, and gives what it prints. */
  const ending = async (code: number, ...args: string[]): Promise<string> => {
    const ran = await runCommand(...args, '--endpoint', runtime.endpoint);
    expect({ args, ...ran }).toMatchObject({ code });
    return ran.text;
  };
  const groundswell = (...args: string[]): Promise<string> => ending(0, ...args);

  /** Waits until an event about this execution has been said, and all that led to it has been heard. */
  const said = async <T extends Type>(
    executionId: string,
    type: T,
    isIt: (data: DataOf<T>) => boolean = () => true,
  ): Promise<DataOf<T>> => {
    const isMeant = (event: DomainEvent) =>
      event.type === type && isIt(event.data as DataOf<T>) && hearing.isWhole(event);
    const found = () =>
      hearing.heard(executionId).find(isMeant) ?? expect.fail(`nobody has said ${type} of ${executionId}`);
    await vi.waitFor(() => void found(), { timeout: patienceMs - 10_000, interval: 20 });
    return found().data as DataOf<T>;
  };

  /** Stores a plan that a test has written. */
  const store = async (plan: WrittenPlan): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'plan-'));
    const file = join(folder, 'plan.json');
    try {
      writeFileSync(file, JSON.stringify(plan));
      await groundswell('plan', 'put', file);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  return {
    ...{ runtime, groundswell, ending, said, store, ...hearing },
    close: () => runtime.close(),

    /** Stores a plan that a test has written, and asks for a drill of it. Gives the execution's id. */
    async drill(plan: WrittenPlan): Promise<string> {
      await store(plan);
      return groundswell('request', plan.planId, '--mode', 'drill', '--request-id', `of-${plan.planId}`);
    },

    /** What SSM itself says of an automation. */
    async automation(
      automationExecutionId: string | undefined,
      { account = runtime.account, region = runtime.region } = {},
    ): Promise<AutomationExecution> {
      const credentials = { accessKeyId: accessKeyFor(account, () => 0), secretAccessKey: 'local' };
      const ssm = new SSMClient({ endpoint: runtime.endpoint, region, credentials });
      const { AutomationExecution: execution } = await ssm.send(
        new GetAutomationExecutionCommand({ AutomationExecutionId: automationExecutionId }),
      );
      return execution ?? expect.fail(`SSM knows nothing of ${automationExecutionId}`);
    },
  };
};
export type OperatedRuntime = Awaited<ReturnType<typeof operateRuntime>>;
