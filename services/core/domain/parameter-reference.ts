import type { Fault, FrozenWave } from '../../../contracts/execution-events.ts';
import type { Mode } from '../../../contracts/identifiers.ts';

/** What a recovered server offers to the actions after its wave. */
export interface RecoveredServer {
  readonly sourceServerId: string;
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly instanceId?: string;
  readonly privateAddress?: string;
  readonly availabilityZone?: string;
}

export interface ReferenceContext {
  readonly executionId: string;
  readonly mode: Mode;
  readonly planId: string;
  readonly wave: FrozenWave;
  readonly servers: readonly RecoveredServer[];
}

const reference = /\$\{([^}]*)\}/g;

const single: Readonly<Record<string, (context: ReferenceContext) => string>> = {
  'execution.id': (context) => context.executionId,
  'execution.mode': (context) => context.mode,
  'plan.id': (context) => context.planId,
  'wave.id': (context) => context.wave.waveId,
  'target.account': (context) => context.wave.target.account,
  'target.region': (context) => context.wave.target.region,
};

const perServer: Readonly<Record<string, (server: RecoveredServer) => string | undefined>> = {
  'servers.sourceServerIds': (server) => server.sourceServerId,
  'servers.names': (server) => server.name,
  'servers.instanceIds': (server) => server.instanceId,
  'servers.privateAddresses': (server) => server.privateAddress,
  'servers.availabilityZones': (server) => server.availabilityZone,
};

const tagPrefix = 'servers.tags.';
/** Everything that a parameter can refer to; KEY stands for the key of a tag. */
export const knownReferences = [...Object.keys(single), ...Object.keys(perServer), `${tagPrefix}KEY`];

/** What somebody put there: every object inherits members, such as `constructor`, that are nobody's. */
const own = <T>(members: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(members, name) ? members[name] : undefined;

const listed = (name: string): ((server: RecoveredServer) => string | undefined) | undefined =>
  name.startsWith(tagPrefix) && name.length > tagPrefix.length
    ? (server) => own(server.tags, name.slice(tagPrefix.length))
    : own(perServer, name);

/** The keys of the tags that parameters refer to: an execution keeps these of its servers' tags, and no others. */
export const tagsNamedIn = (parameters: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  Object.values(parameters)
    .flat()
    .flatMap((value) => [...value.matchAll(reference)])
    .flatMap(([, name = '']) => (name.startsWith(tagPrefix) ? [name.slice(tagPrefix.length)] : []));

/** References that can never be resolved: unknown names, server lists within a longer text, recovered servers before there are any. */
export const referenceFaults = (
  parameters: Readonly<Record<string, readonly string[]>>,
  afterRecovery: boolean,
  path: string,
): readonly Fault[] =>
  Object.entries(parameters).flatMap(([name, values]) =>
    values.flatMap((value, index) =>
      [...value.matchAll(reference)].flatMap((match): Fault[] => {
        const [whole, target = ''] = match;
        const at = `${path}.${name}[${index}]`;
        if (Object.hasOwn(single, target)) return [];
        if (listed(target) === undefined)
          return [
            {
              path: at,
              message: `${whole} is not a known reference`,
              expected: `one of ${knownReferences.join(', ')}`,
            },
          ];
        if (!afterRecovery)
          return [
            {
              path: at,
              message: `${whole} is known only after the recovery`,
              expected: 'this reference in an after-action, or before a clean-up',
            },
          ];
        return value === whole
          ? []
          : [
              {
                path: at,
                message: `${whole} is a list and must be the whole value`,
                expected: `"${whole}" as the whole value`,
              },
            ];
      }),
    ),
  );

/** Whether the parameters ask anything about recovered servers. */
export const namesServers = (parameters: Readonly<Record<string, readonly string[]>>): boolean =>
  Object.values(parameters)
    .flat()
    .some((value) => listIn(value) !== undefined);

/**
 * What the parameters ask about recovered servers and nobody has said yet. A list that is shorter than its servers
 * would let a runbook pass one of them over.
 */
export const unknownFacts = (
  parameters: Readonly<Record<string, readonly string[]>>,
  servers: readonly RecoveredServer[],
): readonly string[] => {
  const unknown = Object.values(parameters)
    .flat()
    .flatMap((value) => {
      const fact = listIn(value);
      const lacking = fact === undefined ? [] : servers.filter((server) => fact(server) === undefined);
      return lacking.map(({ name }) => `${value} of ${name}`);
    });
  return [...new Set(unknown)];
};

/** Parameters with their references replaced; a list reference becomes one value per recovered server. */
export const resolveParameters = (
  parameters: Readonly<Record<string, readonly string[]>>,
  context: ReferenceContext,
): Record<string, string[]> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [
      name,
      values.flatMap((value) => resolve(value, context)),
    ]),
  );

/**
 * The parameters of an action as far as a plan and its servers tell them before anything is recovered: a value
 * that only its execution will know is undefined, yet counts.
 */
export const foreseenParameters = (
  parameters: Readonly<Record<string, readonly string[]>>,
  context: Omit<ReferenceContext, 'executionId'>,
): Readonly<Record<string, readonly (string | undefined)[]>> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [
      name,
      values.flatMap((value): readonly (string | undefined)[] => {
        const list = listIn(value);
        if (list !== undefined) return context.servers.map(list);
        return value.includes('${execution.id}')
          ? [undefined]
          : resolve(value, { ...context, executionId: '' });
      }),
    ]),
  );

/** A reference to a list stands alone in its value. */
const listIn = (value: string): ((server: RecoveredServer) => string | undefined) | undefined => {
  const whole = /^\$\{([^}]*)\}$/.exec(value)?.[1];
  return whole === undefined ? undefined : listed(whole);
};

const resolve = (value: string, context: ReferenceContext): readonly string[] => {
  const list = listIn(value);
  if (list !== undefined) return context.servers.flatMap((server) => list(server) ?? []);
  return [value.replace(reference, (text, name: string) => own(single, name)?.(context) ?? text)];
};
