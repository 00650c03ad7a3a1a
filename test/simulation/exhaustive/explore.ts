import { sha256 } from '../../../services/core/kernel/canonical.ts';

/** One call of a handler to the world, before it is made. */
export interface Call {
  readonly name: string;
  /** Whether it commutes with every call of every other handler of the scene, and leaves no trace of its own. */
  readonly isInert: boolean;
  /** Whether it changes the world. A death at any other call is the same as one before the next change. */
  readonly isEffect: boolean;
  readonly make: () => Promise<unknown>;
}

export type Gate = <T>(call: Omit<Call, 'make'>, make: () => Promise<T>) => Promise<T>;

/** A handler that goes on call by call. It may die at each. */
export interface Actor {
  readonly name: string;
  readonly body: (gate: Gate) => Promise<void>;
}

/** A small world with its handlers, always built the same. */
export interface Scene {
  readonly actors: readonly Actor[];
  /** All that the world holds, as text: two scenes with equal text and equal handlers are the same state. */
  readonly describe: () => string;
  /** Throws when something has happened that never may. */
  readonly assertSafe: () => void;
  /** Lets time and reconciliation do their work after the handlers' end, and throws unless all ends well. */
  readonly assertRecovers: () => Promise<void>;
}

interface Choice {
  readonly actor: number;
  readonly dies: 'no' | 'before' | 'after';
}

/** All microtasks are over when Node's next tick runs. */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** A handler's own state follows from the answers that it has had, since it is deterministic. */
const createProcess = ({ body }: Actor) => {
  const waiting: Call[] = [];
  let history = '';
  let state: 'new' | 'running' | 'over' | 'dead' = 'new';
  const gate: Gate = (call, make) =>
    new Promise((resolve, reject) => {
      const answered = (answer: string): void => void (history = sha256(`${history}${call.name}${answer}`));
      const made = async (): Promise<void> => {
        try {
          const value = await make();
          answered(JSON.stringify(value));
          if (state === 'running') resolve(value);
        } catch (error) {
          answered(String(error));
          if (state === 'running') reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      waiting.push({ ...call, make: made });
    });
  return {
    next: (): Call | undefined => (state === 'running' ? waiting[0] : undefined),
    describe: (): string => (state === 'running' ? history : state),
    begin: async (): Promise<void> => {
      state = 'running';
      // A rejection is a failed delivery: it comes again, as whatever the scene does to recover.
      void body(gate).then(
        () => (state = state === 'dead' ? 'dead' : 'over'),
        () => (state = 'dead'),
      );
      await settled();
    },
    take: async (dies: Choice['dies']): Promise<void> => {
      const call = waiting.shift();
      if (dies !== 'no') state = 'dead';
      if (dies !== 'before') await call?.make();
      await settled();
    },
  };
};

/** Runs a scene along a path of choices. What commutes with everything is not a choice and is done at once. */
const createPlay = async (scene: Scene) => {
  const processes = scene.actors.map(createProcess);
  let deaths = 0;
  const rush = async (): Promise<void> => {
    for (const process of processes) while (process.next()?.isInert === true) await process.take('no');
  };
  for (const process of processes) await process.begin();
  await rush();
  return {
    scene,
    async take({ actor, dies }: Choice): Promise<void> {
      if (dies !== 'no') deaths += 1;
      await processes[actor]?.take(dies);
      await rush();
      scene.assertSafe();
    },
    choices: (deathsMax: number): readonly Choice[] =>
      processes.flatMap((process, actor): Choice[] => {
        const call = process.next();
        if (call === undefined) return [];
        const on: Choice = { actor, dies: 'no' };
        if (!call.isEffect || deaths >= deathsMax) return [on];
        return [on, { actor, dies: 'before' }, { actor, dies: 'after' }];
      }),
    describe: (): string =>
      sha256([scene.describe(), deaths, ...processes.map((process) => process.describe())].join('\n')),
  };
};

export interface Explored {
  /** Different states of world and handlers. */
  states: number;
  /** States in which every handler is over or dead; from each of them the scene has to recover. */
  ends: number;
  /** Ways through the states from the begin to an end: interleavings, with their deaths. */
  ways: bigint;
  deepest: number;
}

/** Visits every state that any order of calls and any death can lead to; each once. */
export const explore = async (createScene: () => Scene, deathsMax: number): Promise<Explored> => {
  const waysFrom = new Map<string, bigint>();
  const explored: Explored = { states: 0, ends: 0, ways: 0n, deepest: 0 };
  type Play = Awaited<ReturnType<typeof createPlay>>;
  const replay = async (path: readonly Choice[]): Promise<Play> => {
    const play = await createPlay(createScene());
    for (const choice of path) await play.take(choice);
    return play;
  };
  const visit = async (play: Play, path: readonly Choice[]): Promise<bigint> => {
    const state = play.describe();
    const known = waysFrom.get(state);
    if (known !== undefined) return known;
    explored.states += 1;
    explored.deepest = Math.max(explored.deepest, path.length);
    const choices = play.choices(deathsMax);
    let ways = choices.length === 0 ? 1n : 0n;
    if (choices.length === 0) {
      explored.ends += 1;
      await play.scene.assertRecovers();
    }
    for (const [index, choice] of choices.entries()) {
      // A handler cannot be copied: all ways but the last are gone from the begin again.
      const branch = index === choices.length - 1 ? play : await replay(path);
      await branch.take(choice);
      ways += await visit(branch, [...path, choice]);
    }
    waysFrom.set(state, ways);
    return ways;
  };
  explored.ways = await visit(await replay([]), []);
  return explored;
};
