import type { AccessRules } from '../../contracts/access.ts';
import { eventSource } from '../../contracts/envelope.ts';
import type { Enforcement, IamOptions } from '../simulated-aws/iam/enforcement.ts';
import type { SimulatedFunction } from '../simulated-aws/lambda/function.ts';
import type { LambdaRun } from '../simulated-aws/lambda/run.ts';
import type { Scenario } from '../simulated-aws/scenario.ts';
import { createSimulatedAws, type SimulatedAws } from '../simulated-aws/simulated-aws.ts';
import { accessKeyFor, secretOf } from '../simulated-aws/sts/access-key.ts';
import { tokenFor } from '../simulated-aws/sts/session.ts';
import { deadLetterQueueName, functionName, functions } from '../topology.ts';
import { createApiPermission } from './runtime/api-permission.ts';
import { enterEnvironment, handlerEnvironment } from './runtime/environment.ts';
import { divideEnvironment, type Variables } from './runtime/function-environment.ts';
import { createHandlers, type Handlers } from './runtime/handlers.ts';
import { forwardHints } from './runtime/hint-forwarding.ts';
import { createArns, provision } from './runtime/provision.ts';
import { ensureStateTable } from './runtime/state-table.ts';
import type { SignInOptions } from './web/token-check.ts';
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
  /** Whose tokens the API and the console ask for, as on AWS. Default: nobody is asked who they are. */
  readonly signIn?: SignInOptions;
  /** Who may do what with which plans over the API; needs `signIn`. Default: everybody may do everything. */
  readonly access?: AccessRules;
  /** Whether requests that are not signed, or wrongly, are refused as AWS does. Default: signatures are ignored. */
  readonly verifySignatures?: boolean;
  /** What the templates of a deployment permit, and nothing else. Default: everybody may do everything. */
  readonly iam?: IamOptions;
  /** Called with every run of a function when it ends. */
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

export interface Runtime extends Omit<SimulatedAws, 'counters'> {
  /** Every live event of the product's bus, at least once and in no promised order. Returns the end of it. */
  subscribe(listener: (event: RuntimeEvent) => void): () => void;
  /** Loads all handlers, so that the first event meets none that is cold. */
  warm(): Promise<void>;
  /** Calls of the simulated DRS so far, by operation. */
  drsCalls(): Readonly<Record<string, number>>;
}

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

const enterDividedEnvironment = (variables: Variables): (() => void) => {
  const leave = enterEnvironment(variables);
  const join = divideEnvironment();
  return () => {
    join();
    leave();
  };
};

const functionsOf = (handlers: Handlers, arns: ReturnType<typeof createArns>): readonly SimulatedFunction[] =>
  functions.map(({ service, timeoutSeconds, retriesMax }) => {
    const name = functionName(service);
    return {
      ...{ name, retriesMax, timeoutMs: timeoutSeconds * 1_000 },
      onFailureQueueArn: arns.queue(deadLetterQueueName(service)),
      load: () => handlers.load(name),
    };
  });

/**
 * Starts the simulated AWS on one endpoint, with the product's functions running in it. Their handlers read
 * the environment of this process, so one runtime lives in a process at a time. A start that fails leaves
 * nothing open: no port, no database, no timer.
 */
export const startRuntime = async (options: RuntimeOptions = {}): Promise<Runtime> => {
  const { region = 'eu-west-1', account = '111122223333', logLevel = 'SILENT' } = options;
  const { recoveryNeedsApproval = false, signIn, access } = options;
  if (access !== undefined && signIn === undefined)
    throw new Error('Access rules go by who asks: say whose tokens the API asks for.');
  const callers = { asksForTokens: signIn !== undefined, hasAccessRules: access !== undefined };
  const arns = createArns(account, region);
  const listeners = createListeners();
  const inside: { enforcement: () => Enforcement | undefined } = { enforcement: () => undefined };
  const handlers = createHandlers((name) => functionVariables(inside.enforcement(), name));
  const enter = options.iam === undefined ? enterEnvironment : enterDividedEnvironment;
  const environment = { leave: (): void => undefined };
  const leaving = async <T>(work: () => Promise<T>): Promise<T> => work().finally(() => environment.leave());
  const start = () =>
    createSimulatedAws({
      ...options,
      functions: functionsOf(handlers, arns),
      onEvent: (payload) => listeners.tell(payload),
      embedded: {
        ...{ name: 'groundswell', trustedSource: eventSource },
        ensureTables: ensureStateTable,
        ownLogGroup: () => arns.viewLogGroup,
        doors({ clock, enforcement }) {
          inside.enforcement = enforcement;
          return createWeb({
            clock,
            load: (name) => handlers.load(name),
            admissionOf: (request) => {
              const enforced = enforcement();
              return enforced === undefined ? 'admitted' : createApiPermission(enforced)(request);
            },
            subscribe: (listener) => listeners.subscribe(listener),
            signIn,
          });
        },
        onListening: (endpoint) =>
          void (environment.leave = enter(
            handlerEnvironment({
              ...{ endpoint, account, region, logLevel, recoveryNeedsApproval },
              ...callers,
            }),
          )),
        async prepare(cloud) {
          await provision({ ...cloud.home, arns, enforcement: cloud.enforcement, access });
          cloud.places.watch((place) => {
            forwardHints(cloud, place).catch((error: unknown) =>
              options.onNote?.(
                `Hints of ${place.account}/${place.region} are not forwarded: ${String(error)}`,
              ),
            );
          });
        },
      },
    });
  const aws = await start().catch((error: unknown) => {
    environment.leave();
    throw error;
  });
  return {
    ...aws,
    subscribe: (listener) => listeners.subscribe(listener),
    warm: () => handlers.warm(),
    drsCalls: () => aws.counters().drs,
    // Last of all: handlers that are still in flight read the environment.
    close: () => leaving(() => aws.close()),
  };
};
