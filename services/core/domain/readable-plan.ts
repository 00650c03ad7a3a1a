import type * as z from 'zod';
import { actionSchema, type Action, type ActionSteps } from '../../../contracts/action.ts';
import { slugSchema } from '../../../contracts/identifiers.ts';
import {
  planSchema,
  planServerSchema,
  planWaveSchema,
  targetSchema,
  type Plan,
  type PlanWave,
  type Target,
} from '../../../contracts/plan.ts';
import { actionKinds } from './actions/kinds.ts';

/** Stands for a name that cannot be read. No name of a plan begins so, and none of these is there twice. */
const unreadable = (at: string): string => `?${at}`;
export const isReadable = (name: string): boolean => !name.startsWith('?');

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;

/** The fields that are as their schema wants them, with defaults for those that are not there. */
const goodFields = (
  shape: Readonly<Record<string, z.ZodType>>,
  input: unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => {
      const read = schema.safeParse(memberOf(input, name));
      return read.success && read.data !== undefined ? [[name, read.data]] : [];
    }),
  );

const nameOf = (input: unknown, field: string, at: string): string => {
  const read = slugSchema.safeParse(memberOf(input, field));
  return read.success ? read.data : unreadable(at);
};

/** An action without what is wrong with it; one of no known kind becomes a wait. */
const readAction = (input: unknown, at: string): Action => {
  const actionId = nameOf(input, 'actionId', at);
  for (const form of actionSchema.options) {
    if (!form.shape.kind.safeParse(memberOf(input, 'kind')).success) continue;
    const read = form.safeParse({
      ...actionKinds[form.shape.kind.value].needed,
      ...goodFields(form.shape, input),
      actionId: 'unread',
    });
    if (read.success) return { ...read.data, actionId };
  }
  return { kind: 'wait', actionId, when: 'BOTH', optional: false, minutes: 1 };
};

const readSteps = (input: unknown, at: string): ActionSteps =>
  Array.isArray(input)
    ? input.map((step: unknown, index) =>
        Array.isArray(step)
          ? step.map((action, inner) => readAction(action, `${at}[${index}][${inner}]`))
          : readAction(step, `${at}[${index}]`),
      )
    : [];

/** Servers by id, each with its place; undefined where the wave names none that can be told. */
const readServers = (input: unknown, at: string): PlanWave['servers'] | undefined => {
  const whole = planWaveSchema.shape.servers.safeParse(input);
  if (whole.success) return whole.data;
  if (!Array.isArray(input)) return undefined;
  return input.map((server: unknown, index) => {
    const id = planServerSchema.shape.sourceServerId.safeParse(memberOf(server, 'sourceServerId'));
    return { sourceServerId: id.success ? id.data : unreadable(`${at}[${index}]`), critical: true };
  });
};

const waveSteps = ['before', 'after', 'onFailureActions', 'onCancelActions'] as const;

const readWave = (input: unknown, index: number): PlanWave => {
  const at = `waves[${index}]`;
  const servers = readServers(memberOf(input, 'servers'), `${at}.servers`);
  const anyServers = { tags: {}, minimum: 1 };
  const dependsOn = memberOf(input, 'dependsOn');
  const neutral = planWaveSchema.parse({ waveId: 'unread', servers: { tags: { any: '' }, minimum: 1 } });
  return {
    ...neutral,
    ...goodFields(planWaveSchema.shape, input),
    waveId: nameOf(input, 'waveId', at),
    dependsOn: Array.isArray(dependsOn)
      ? dependsOn.map((name: unknown, nth) => {
          const read = slugSchema.safeParse(name);
          return read.success ? read.data : unreadable(`${at}.dependsOn[${nth}]`);
        })
      : [],
    servers: servers ?? anyServers,
    // How many servers suffice cannot be judged of servers that cannot be read.
    ...(servers === undefined && { success: neutral.success }),
    ...Object.fromEntries(
      waveSteps.map((stage) => [stage, readSteps(memberOf(input, stage), `${at}.${stage}`)]),
    ),
  };
};

/** A target that is wrong is there all the same for those who name it. */
const readTargets = (input: unknown): Readonly<Record<string, Target>> =>
  typeof input === 'object' && input !== null && !Array.isArray(input)
    ? Object.fromEntries(
        Object.entries(input).map(([name, target]) => {
          const read = targetSchema.safeParse(target);
          return [name, read.success ? read.data : { account: '000000000000', region: 'us-east-1' }];
        }),
      )
    : {};

/**
 * A document that is no plan, as far as it can be read as one: what is wrong with a field is left out, and everything
 * stands at its own place, so that one fault hides no other. Undefined where there are no waves to judge.
 */
export const readablePlan = (input: unknown): Plan | undefined => {
  const waves = memberOf(input, 'waves');
  if (!Array.isArray(waves)) return undefined;
  return {
    timeoutMinutes: planSchema.shape.timeoutMinutes.parse(undefined),
    ...goodFields(planSchema.shape, input),
    planId: nameOf(input, 'planId', 'planId'),
    targets: { ...readTargets(memberOf(input, 'targets')) },
    waves: waves.map(readWave),
    onFailureActions: readSteps(memberOf(input, 'onFailureActions'), 'onFailureActions'),
    onCancelActions: readSteps(memberOf(input, 'onCancelActions'), 'onCancelActions'),
    beforeCleanUp: readSteps(memberOf(input, 'beforeCleanUp'), 'beforeCleanUp'),
  };
};
