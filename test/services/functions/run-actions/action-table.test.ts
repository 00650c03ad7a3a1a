import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../../../contracts/catalogue.ts';
import type { Action } from '../../../../contracts/action.ts';
import type { TaskReport } from '../../../../contracts/task-events.ts';
import { kindOf } from '../../../../services/core/domain/actions/kinds.ts';
import { actionStatuses, type ActionState } from '../../../../services/core/domain/wave/state.ts';
import { uuidOf } from '../../../../services/core/kernel/canonical.ts';
import { actionKnobs } from '../../../../services/functions/run-actions/service.ts';
import { openActions } from '../../../support/action-bench.ts';
import { aCallback, aFunction, anAutomation, aWave } from '../../../support/frozen-wave.ts';
import { tables, type Variant } from './action-tables.ts';

type State = 'WAITING' | ActionState['status'];
const states = ['WAITING', ...actionStatuses] as const satisfies readonly State[];

/** How whoever is outside behaves: at work, done, failed or refusing, or the answer to what was asked is lost. */
type Mood = 'at work' | 'done' | 'failing' | 'lost';
type Bench = Awaited<ReturnType<typeof openActions>>;

const every = { actionId: 'act', when: 'BOTH', optional: false } as const;
const www = { hostedZoneId: 'Z0SHOP', name: 'www.example.com', type: 'A' } as const;

/** One action of each variant, and what ends it well or, so that it may be tried again, badly. */
const variants: Readonly<
  Record<
    Variant,
    {
      readonly action: (triesMax: number) => Action;
      readonly succeedsBy: 'look' | 'report' | 'answer' | 'time';
      readonly failsBy: 'look' | 'report' | 'answer' | 'time' | 'stop';
    }
  >
> = {
  automation: {
    action: (triesMax) => anAutomation('act', { triesMax }),
    ...{ succeedsBy: 'look', failsBy: 'look' },
  },
  approval: {
    action: () => ({
      ...{ ...every, kind: 'approval', prompt: 'Go?', approvers: ['ana'] },
      ...{ timeoutMinutes: 60, onTimeout: 'decline' },
    }),
    ...{ succeedsBy: 'answer', failsBy: 'answer' },
  },
  wait: {
    action: () => ({ ...every, kind: 'wait', minutes: 60 }),
    ...{ succeedsBy: 'time', failsBy: 'stop' },
  },
  callback: {
    action: (triesMax) => aCallback('act', { triesMax }),
    ...{ succeedsBy: 'report', failsBy: 'report' },
  },
  alarm: {
    action: () => ({
      ...{ ...every, kind: 'alarm', alarms: ['errors'], okMinutes: 0, missingData: 'wait' },
      timeoutMinutes: 60,
    }),
    ...{ succeedsBy: 'look', failsBy: 'look' },
  },
  'lambda callback': {
    action: (triesMax) => aFunction('act', { triesMax }),
    ...{ succeedsBy: 'report', failsBy: 'report' },
  },
  'lambda durable': {
    action: (triesMax) => aFunction('act', { triesMax, mode: 'durable', function: 'act:live' }),
    ...{ succeedsBy: 'look', failsBy: 'look' },
  },
  'lambda poll': {
    action: (triesMax) => aFunction('act', { triesMax, mode: 'poll' }),
    ...{ succeedsBy: 'look', failsBy: 'time' },
  },
  traffic: {
    action: (triesMax) => ({
      ...{ ...every, kind: 'traffic', drillTraffic: true, timeoutMinutes: 60, triesMax },
      move: {
        ...{ what: 'records', hostedZoneId: www.hostedZoneId },
        records: [{ name: www.name, type: www.type, ttlSeconds: 60, values: ['198.51.100.9'] }],
      },
    }),
    ...{ succeedsBy: 'look', failsBy: 'time' },
  },
};

/** The world outside in one mood after the other, and what it is asked for. */
const openWorld = async (action: Action) => {
  // Beside it stands a task of somebody else, so that its token can be stolen and the wave goes on.
  const other = aCallback('other', { timeoutMinutes: 10_000 });
  const bench: Bench = await openActions(
    aWave('app', { before: [[other, action]] }),
    {},
    { act: { isDurable: true, qualifiers: ['live'], lastsMs: Infinity, run: () => 'done' } },
  );
  bench.traffic.values.set(`${www.hostedZoneId}/${www.name}/${www.type}`, {
    ...{ ttlSeconds: 300, values: ['203.0.113.7'] },
  });
  let mood: Mood = 'at work';
  const asked: string[] = [];
  const tokens = new Map<string, string>();
  const later = { status: 'later', message: 'the answer was lost' } as const;
  const refused = { status: 'refused', message: 'it is not allowed' } as const;
  const lose = (): never => {
    throw new Error('the answer was lost');
  };
  const ended = { outputs: {}, ssmStatus: 'Success', lambdaStatus: 'SUCCEEDED' };
  /** A run that is at work is stopped once it is told to. */
  const see = async <T>(atWork: () => Promise<T>): Promise<T> => {
    if (mood === 'lost') lose();
    if (mood === 'at work') return atWork();
    return { ...ended, status: mood === 'done' ? 'succeeded' : 'failed' } as T;
  };
  const answer = <T>(what: T) => (mood === 'failing' ? refused : mood === 'lost' ? later : what);
  const doing = async (what: 'asked' | 'told to stop', act: () => Promise<unknown>) => {
    asked.push(what);
    if (mood !== 'failing' || what === 'told to stop') return act();
    return refused;
  };
  const overrides = (): Parameters<Bench['run']> => [
    {
      start: async (...of) => answer(await doing('asked', () => bench.ssm.start(...of))) as never,
      find: async (...of) => (mood === 'lost' ? lose() : bench.ssm.find(...of)),
      describe: (...of) => see(() => bench.ssm.describe(...of)),
      stop: (...of) => doing('told to stop', () => bench.ssm.stop(...of)) as Promise<never>,
    },
    {
      async request(task) {
        tokens.set(task.actionId, task.token);
        if (task.actionId !== 'act') return;
        asked.push('asked');
        if (mood === 'lost') lose();
      },
      cancel: async ({ actionId }) => void (actionId === 'act' && asked.push('told to stop')),
    },
    {
      async handOver(target, call) {
        const { data } = (JSON.parse(call.payload) as { detail: { data: { token: string } } }).detail;
        tokens.set('act', data.token);
        return answer(await doing('asked', () => bench.lambda.service.handOver(target, call))) as never;
      },
      poll: async () =>
        ({
          'at work': { status: 'not-yet', message: 'cold' } as const,
          done: { status: 'done', result: 'null' } as const,
          ...{ failing: refused, lost: later },
        })[mood],
      startDurable: async (...of) =>
        answer(await doing('asked', () => bench.lambda.service.startDurable(...of))) as never,
      findDurable: async (...of) => (mood === 'lost' ? lose() : bench.lambda.service.findDurable(...of)),
      describeDurable: (...of) => see(() => bench.lambda.service.describeDurable(...of)),
      stopDurable: (...of) =>
        doing('told to stop', () => bench.lambda.service.stopDurable(...of)) as Promise<never>,
    },
    {
      change: async (...of) => answer(await doing('asked', () => bench.traffic.change(...of))) as never,
      isInSync: async () => (mood === 'lost' ? lose() : mood === 'done'),
    },
  ];
  const denied = Object.assign(new Error('not allowed'), { name: 'AccessDenied' });
  const look = async (now: Mood, afterMs = 15_000): Promise<void> => {
    mood = now;
    bench.alarms.splice(0, 1, { name: 'errors', state: now === 'done' ? 'OK' : 'ALARM', since: 0 });
    if (now === 'failing') bench.failAlarms(denied);
    if (now === 'lost') bench.failAlarms(new Error('CloudWatch does not answer'));
    await bench.clock.advance(afterMs);
    // What a run dies of is delivered again.
    await bench.run(...overrides()).catch(() => undefined);
  };
  return { bench, asked, tokens, look, overrides };
};
type World = Awaited<ReturnType<typeof openWorld>>;

const minute = 60_000;
const taskId = uuidOf(['exec-00000000000000000001', 'app', 1, 'before', 'act', 1].join('/'));
const forged = '9'.repeat(43);

const report =
  (outcome: TaskReport['outcome'], token: (world: World) => string | undefined, reportId = 'r-1') =>
  async (world: World): Promise<string | undefined> => {
    const { report: say } = world.bench;
    const why = await say(
      { taskId, token: token(world) ?? forged, outcome, message: '', outputs: {}, by: 'worker' },
      reportId,
    );
    return why === undefined ? undefined : 'parked';
  };
const own = ({ tokens }: World) => tokens.get('act');
const answer =
  (approved: boolean, by: string, decisionId = 'd-1') =>
  ({ bench }: World): Promise<void> =>
    bench.answer({ approved, actionId: 'act', by, reason: '', decisionId });
const timeOut = async ({ look }: World, mood: Mood): Promise<void> => {
  await look(mood, 61 * minute);
  await look(mood, actionKnobs.claim.quarantineMs);
  await look(mood);
};

/** Everything that can come to an action. A message may come twice; a look may be had by two at once. */
const inputs = {
  'an event or its timer': { give: ({ look }) => look('at work') },
  'two looks at once': {
    async give({ bench, look, overrides }) {
      bench.rival.atClaim = () => bench.run(...overrides());
      await look('at work');
      delete bench.rival.atClaim;
    },
  },
  'it is seen done': { give: ({ look }) => look('done') },
  'it is seen failing': { give: ({ look }) => look('failing') },
  'a lost answer': { give: ({ look }) => look('lost') },
  'a time-out': { give: (world, state) => timeOut(world, state === 'CLAIMED' ? 'lost' : 'at work') },
  'its wave is stopped': {
    async give({ bench, look }) {
      await bench.stopWave();
      await look('at work');
      await look('at work', actionKnobs.claim.quarantineMs);
      await look('at work');
    },
  },
  approval: { give: answer(true, 'ana'), isMessage: true },
  decline: { give: answer(false, 'ana'), isMessage: true },
  'approval by another': { give: answer(true, 'eve'), isMessage: true },
  'report: done': { give: report('succeeded', own), isMessage: true },
  'report: failed': { give: report('failed', own), isMessage: true },
  'report: heartbeat': { give: report('heartbeat', own), isMessage: true },
  'report with a forged token': { give: report('succeeded', () => forged), isMessage: true },
  'report with a stolen token': {
    give: report('succeeded', ({ tokens }) => tokens.get('other')),
    isMessage: true,
  },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly give: (world: World, state: State) => Promise<unknown>;
      readonly isMessage?: true;
    }
  >
>;
type Input = keyof typeof inputs;

const endings = {
  look: (world: World, isGood: boolean) => world.look(isGood ? 'done' : 'failing'),
  report: (world: World, isGood: boolean) => report(isGood ? 'succeeded' : 'failed', own, 'r-0')(world),
  answer: (world: World, isGood: boolean) => answer(isGood, 'ana', 'd-0')(world),
  time: ({ look }: World) => look('at work', 61 * minute),
  stop: async ({ bench, look }: World) => {
    await bench.stopWave();
    await look('at work');
  },
};

/** Brings an action into a state; messages of that carry other ids than those that are given afterwards. */
const reach: Readonly<Record<State, (world: World, of: (typeof variants)[Variant]) => Promise<unknown>>> = {
  WAITING: async () => undefined,
  CLAIMED: ({ look }) => look('lost', 0),
  RUNNING: ({ look }) => look('at work', 0),
  async AGAIN(world, { failsBy }) {
    await world.look('at work', 0);
    await endings[failsBy](world, false);
  },
  async SUCCEEDED(world, { succeedsBy }) {
    await world.look('at work', 0);
    await endings[succeedsBy](world, true);
  },
  async FAILED(world, { failsBy }) {
    await world.look('at work', 0);
    await endings[failsBy](world, false);
  },
};

const words: Readonly<Record<string, string>> = {
  ActionClaimed: 'claimed',
  ActionStarted: 'started',
  ActionProgressed: 'progress',
  ActionCompleted: 'done',
  TaskReportRefused: 'report refused',
  DecisionRefused: 'answer refused',
  OperatorNeeded: 'operator needed',
};

/** What an input leads to, in words: facts about the action in their order, and what is asked outside. */
const follow = async (variant: Variant, state: State, input: Input) => {
  const of = variants[variant];
  const world = await openWorld(of.action(state === 'AGAIN' ? 2 : 1));
  await reach[state](world, of);
  const { bench, asked } = world;
  const onRecord = async () =>
    [...bench.said, ...(await bench.unpublished())]
      .filter(
        ({ metadata: { stream, version } }, index, all) =>
          stream.endsWith('/app') &&
          all.findIndex(({ metadata }) => metadata.stream === stream && metadata.version === version) ===
            index,
      )
      .toSorted((one, other) => one.metadata.version - other.metadata.version);
  const [known, askedBefore, before] = [
    (await onRecord()).length,
    asked.length,
    await bench.action('before/act'),
  ];
  const since = async (): Promise<readonly string[]> => [
    ...(await onRecord()).slice(known).flatMap((event) => {
      const { type, data } = event as DomainEvent;
      if (type === 'WaveStopped' || ('actionId' in data && data.actionId !== 'act')) return [];
      if (type !== 'ActionFailed') return [words[type] ?? type];
      return [`${data.final ? 'failed' : 'to try again'}: ${data.cause}`];
    }),
    ...asked.slice(askedBefore),
  ];
  const give = async (): Promise<unknown> => inputs[input].give(world, state);
  const said = await give();
  const first = [...(typeof said === 'string' ? [said] : []), ...(await since())];
  const after = await bench.action('before/act');
  return {
    text: first.join(', ') || '-',
    ...{ before, after },
    /** Gives it once more, and says what follows from that. */
    again: async () => {
      const { length } = await since();
      await give();
      return (await since()).slice(length);
    },
  };
};

const names = Object.keys(variants) as Variant[];
const inputNames = Object.keys(inputs) as Input[];
const never = 'never';

/** The cells of a table as it is written, by input and state. */
const cellsOf = (text: string): Readonly<Record<string, Readonly<Record<string, string>>>> => {
  const [head = [], ...rows] = text
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  return Object.fromEntries(
    rows.map(([input = '', ...cells]) => [
      input,
      Object.fromEntries(cells.map((cell, index) => [head.at(index + 1 - head.length) ?? '', cell])),
    ]),
  );
};

describe.each(names)('an action of kind %s', (variant) => {
  const table = cellsOf(tables[variant]);

  it('has a word for every input in every state', () => {
    expect(Object.keys(table)).toEqual(inputNames);
    for (const cells of Object.values(table)) expect(Object.keys(cells)).toEqual(states);
  });

  it.each(inputNames)('is told: %s', async (input) => {
    const followed: Record<string, string> = {};
    for (const state of states) {
      const { text, before, after, again } = await follow(variant, state, input);
      const isReached = (before?.status ?? 'WAITING') === state;
      followed[state] = isReached ? text : never;
      if (!isReached || !('isMessage' in inputs[input])) continue;
      // What is refused or nobody's leaves everything as it was, and so does what is said twice.
      const unmarked = (action: ActionState | undefined) => ({ ...action, refusedReports: undefined });
      if (/^(-|parked|(answer|report) refused)$/.test(text))
        expect(unmarked(after)).toEqual(unmarked(before));
      expect((await again()).filter((each) => each !== 'report refused')).toEqual([]);
    }
    expect(followed).toEqual(table[input]);
  });

  it('is never in a state that its kind does not have', () => {
    const action = variants[variant].action(2);
    const isNever = (state: State) => inputNames.every((input) => table[input]?.[state] === never);
    const claims = inputNames.some((input) => /claimed/.test(table[input]?.['WAITING'] ?? ''));
    expect(isNever('CLAIMED')).toBe(!claims);
    expect(isNever('AGAIN')).toBe(kindOf(action).triesMax(action) === 1);
  });
});

describe('a late report', () => {
  it.each(['callback', 'lambda callback'] as const)(
    'of an earlier try of a %s is refused',
    async (variant) => {
      const of = variants[variant];
      const world = await openWorld(of.action(2));
      await reach.AGAIN(world, of);
      const token = own(world);
      await world.look('at work');
      const before = await world.bench.action('before/act');
      expect(before).toMatchObject({ status: 'RUNNING', tryNumber: 2 });
      await report('succeeded', () => token, 'r-2')(world);
      expect(world.bench.said.at(-1)).toMatchObject({
        type: 'TaskReportRefused',
        data: { actionId: 'act', why: 'the task is over: FAILED' },
      });
      expect(await world.bench.action('before/act')).toEqual({ ...before, refusedReports: 1 });
    },
  );

  it("of an earlier attempt of its wave is nobody's", async () => {
    const of = variants.callback;
    const world = await openWorld(of.action(1));
    await reach.FAILED(world, of);
    await world.bench.say({
      type: 'CapacityAwaited',
      data: { waveId: 'app', attempt: 2, job: 1, account: '111122223333', region: 'eu-west-1', ahead: 0 },
    });
    expect(await report('succeeded', own, 'r-2')(world)).toBe('parked');
  });
});
