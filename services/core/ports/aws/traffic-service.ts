import type { Target } from '../../../../contracts/plan.ts';
import type { Route } from '../../../../contracts/traffic-order.ts';
import type { TrafficChange, TrafficService } from '../traffic-service.ts';
import { createRoute53Records } from './route53-records.ts';
import { createRoutingControls } from './routing-controls.ts';
import { type Access, createSignedCall, type SignedCall, SignedCallError } from './signed-call.ts';

export interface TrafficServiceDeps {
  readonly access: (target: Target) => Promise<Access>;
  readonly call?: SignedCall;
}

/** What Route 53 and ARC say in so many words, from XML or JSON. */
const textOf = (message: string): string =>
  [...message.matchAll(/<Message>([^<]*)<\/Message>|"[Mm]essage":\s*"((?:[^"\\]|\\.)*)"/g)]
    .map(([, xml, json]) => xml ?? json ?? '')
    .find((text) => text !== '') ?? message;

/** Another try may do: a busy service, an earlier change of the same zone under way, no answer. */
const passes =
  /Throttl|PriorRequestNotComplete|TooManyRequests|InternalServer|EndpointTemporarilyUnavailable|Expired/;

const isAnswer = (error: unknown): error is SignedCallError =>
  error instanceof SignedCallError &&
  error.$metadata.httpStatusCode < 500 &&
  !passes.test(`${error.name} ${error.message}`);

const failureOf = (error: unknown): TrafficChange => ({
  status: isAnswer(error) ? 'refused' : 'later',
  message: textOf(error instanceof Error ? error.message : String(error)),
});

/** A zone or a control that is not there; what may not be read is thrown, since it says nothing of what stands there. */
const missing = /NoSuchHostedZone|InvalidInput|ResourceNotFound|Validation/;

/** Route 53 and ARC by signed calls. None is repeated here: whoever asks looks first at what stands there. */
export const createAwsTrafficService = ({
  access,
  call = createSignedCall(),
}: TrafficServiceDeps): TrafficService => {
  const records = async (target: Target) => createRoute53Records(await access(target), call);
  const controls = async (target: Target, { endpoints }: Extract<Route, { what: 'routing-controls' }>) =>
    createRoutingControls(await access(target), call, endpoints);
  return {
    async read(target, { route, points }) {
      try {
        return route.what === 'records'
          ? await (await records(target)).read(points, route.hostedZoneId)
          : await (await controls(target, route)).read(points);
      } catch (error) {
        if (!isAnswer(error) || !missing.test(`${error.name} ${error.message}`)) throw error;
        return points.map(() => ({ why: textOf(error.message) }));
      }
    },
    async change(target, route, changes) {
      try {
        if (route.what === 'routing-controls') {
          await (await controls(target, route)).change(changes);
          return { status: 'accepted' };
        }
        const changeId = await (await records(target)).change(route.hostedZoneId, changes);
        return { status: 'accepted', ...(changeId !== undefined && { changeId }) };
      } catch (error) {
        return failureOf(error);
      }
    },
    isInSync: async (target, changeId) => (await records(target)).isInSync(changeId),
  };
};
