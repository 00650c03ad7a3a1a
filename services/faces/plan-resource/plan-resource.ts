import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { type Plan, planSchema } from '../../../contracts/plan.ts';
import { documentFaultsOf } from '../../core/domain/judge-plan.ts';
import { planRequestKey } from '../../core/domain/plan-version.ts';
import type { Log } from '../../core/ports/log.ts';
import type { RecordStore } from '../../core/ports/record-store.ts';
import { putPlan } from '../../core/streams/plan-store.ts';

/** What CloudFormation asks of a custom resource. CloudFormation user guide: "Custom resource request objects". */
const requestSchema = z.looseObject({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  RequestId: z.string().regex(/^[\w-]{1,128}$/),
  ResponseURL: z.url({ protocol: /^https$/ }),
  StackId: z.string().min(1),
  LogicalResourceId: z.string().min(1),
  ResourceProperties: z.unknown(),
});
type Request = z.infer<typeof requestSchema>;

/** The plan as JSON text, or that text compressed by gzip, in Base64. */
const propertiesSchema = z
  .looseObject({ Plan: z.string().min(1).optional(), PlanGzip: z.base64().min(1).optional() })
  .refine(({ Plan, PlanGzip }) => Plan !== undefined || PlanGzip !== undefined);

/** More than any plan may have; a small text must not unfold into all of the memory. */
const textBytesMax = 8_000_000;

/** What CloudFormation is told at the end. It reads 4,096 bytes of it. */
export interface PlanAnswer {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  /** The same for ever: with another one, CloudFormation would delete what is there. */
  readonly PhysicalResourceId: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly Data?: { readonly PlanId: string; readonly Version: string; readonly Hash: string };
}

export interface PlanResourcePorts {
  readonly store: RecordStore;
  /** Epoch ms. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<unknown>;
  /** Tells CloudFormation, at the address that it gave; throws if it could not. */
  readonly answer: (url: string, answer: PlanAnswer) => Promise<void>;
  readonly log: Log;
}

interface Stored {
  readonly version: number;
  readonly hash: string;
}

const reasonMax = 1_000;

/** A role's first permissions reach every part of AWS within seconds (IAM user guide: "eventually consistent"). */
const storePausesMs = [1_000, 2_000, 4_000, 8_000, 16_000];
const answerPausesMs = [1_000, 2_000, 4_000];

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** A request that cannot be answered fails: nobody could be told. */
const readRequest = (event: unknown): Request => {
  const parsed = requestSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new Error(`This is no request of CloudFormation.\n${z.prettifyError(parsed.error)}`);
};

/** What is wrong with a request as such, however often it is repeated. */
class RequestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RequestError';
  }
}

const textIn = (properties: unknown): string => {
  const { data } = propertiesSchema.safeParse(properties);
  if (data === undefined) throw new RequestError('ResourceProperties hold neither Plan nor PlanGzip.');
  if (data.Plan !== undefined) return data.Plan;
  try {
    const bytes = Buffer.from(data.PlanGzip ?? '', 'base64');
    return gunzipSync(bytes, { maxOutputLength: textBytesMax }).toString();
  } catch (error) {
    throw new RequestError(`PlanGzip cannot be read: ${messageOf(error)}`);
  }
};

const valueOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new RequestError(`The plan is not JSON: ${messageOf(error)}`);
  }
};

/** The plan was checked at synthesis; whoever may invoke the function might bring another one. */
const planIn = (planId: string, properties: unknown): Plan => {
  const value = valueOf(textIn(properties));
  const faults = documentFaultsOf(value).map(({ path, message }) => `${path}: ${message}`);
  if (faults.length > 0) throw new RequestError(`The plan is not valid. ${faults.join('; ')}`);
  const plan = planSchema.parse(value);
  if (plan.planId === planId) return plan;
  throw new RequestError(`The plan is ${plan.planId}; this function stores ${planId} alone.`);
};

const retried = async <T>(
  work: () => Promise<T>,
  [pauseMs, ...others]: readonly number[],
  sleep: PlanResourcePorts['sleep'],
): Promise<T> => {
  if (pauseMs === undefined) return work();
  return work().catch(async (error: unknown) => {
    if (error instanceof RequestError) throw error;
    await sleep(pauseMs);
    return retried(work, others, sleep);
  });
};

/**
 * Stores the plan once for each request. Lambda may deliver one twice, and the second time after a later request:
 * what was stored for a request is on record, and a repeat stores nothing. If it dies between the plan and that
 * record, the repeat finds the plan as the newest version and stays there.
 */
const storeOnce = async (
  planId: string,
  { RequestId, ResourceProperties }: Request,
  { store, now }: PlanResourcePorts,
): Promise<Stored> => {
  const plan = planIn(planId, ResourceProperties);
  const key = planRequestKey(planId, RequestId);
  const done = await store.read<Stored>(key);
  if (done !== undefined) return done.body;
  const { version, hash } = await putPlan(store, plan, new Date(now()).toISOString());
  await store.write<Stored>(key, { version, hash }, 0);
  return { version, hash };
};

type Outcome = Pick<PlanAnswer, 'Status' | 'Reason' | 'Data'>;

const outcomeOf = async (planId: string, request: Request, ports: PlanResourcePorts): Promise<Outcome> => {
  if (request.RequestType === 'Delete') {
    ports.log.warn('The stack no longer has the plan. It stays stored, with all its versions.', { planId });
    return { Status: 'SUCCESS' };
  }
  try {
    const stored = await retried(() => storeOnce(planId, request, ports), storePausesMs, ports.sleep);
    ports.log.info('The plan is stored.', { planId, ...stored });
    const { version, hash } = stored;
    return { Status: 'SUCCESS', Data: { PlanId: planId, Version: String(version), Hash: hash } };
  } catch (error) {
    ports.log.warn('The plan could not be stored.', { planId, reason: messageOf(error) });
    return { Status: 'FAILED', Reason: messageOf(error).slice(0, reasonMax) };
  }
};

/**
 * The custom resource behind a plan of a CDK app. Create and update store the plan as its next version, unless it
 * is the newest already; a rollback does the same with the plan before. A delete takes nothing away: executions
 * and their proofs name versions. Nothing here can start anything.
 */
export const createPlanResource =
  (planId: string, ports: PlanResourcePorts) =>
  async (event: unknown): Promise<void> => {
    const request = readRequest(event);
    const outcome = await outcomeOf(planId, request, ports);
    const { StackId, RequestId, LogicalResourceId, ResponseURL } = request;
    const answer = {
      ...{ ...outcome, PhysicalResourceId: `groundswell-plan-${planId}` },
      ...{ StackId, RequestId, LogicalResourceId },
    };
    await retried(() => ports.answer(ResponseURL, answer), answerPausesMs, ports.sleep);
  };
