import * as z from 'zod';
import { executionRequestSchema } from '../../../contracts/execution-events.ts';
import { createAwsAlarmReader } from '../../core/ports/aws/alarm-reader.ts';
import { createAwsCalendarReader } from '../../core/ports/aws/calendar-reader.ts';
import { createAwsFunctionReader } from '../../core/ports/aws/function-reader.ts';
import { awsPorts, namesSchema, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onDeliveries, onLiveEvents, onTimers, type Look, type Read } from '../../core/ports/aws/delivery.ts';
import { readDecision, readRequest } from '../../core/ports/aws/read-request.ts';
import { createDrsClients, createTargetAccess } from '../../core/ports/aws/drs-clients.ts';
import { createEc2Query } from '../../core/ports/aws/ec2-query.ts';
import { createAwsHomewardReader } from '../../core/ports/aws/homeward-reader.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createAwsRunbookReader } from '../../core/ports/aws/runbook-reader.ts';
import { createSignedCall } from '../../core/ports/aws/signed-call.ts';
import { createAwsTrafficService } from '../../core/ports/aws/traffic-service.ts';
import { createTargetCredentials } from '../../core/ports/aws/target-credentials.ts';
import { createReach } from '../../core/readiness/reach.ts';
import { approvalDecisionOf } from './approval-decision.ts';
import { createAcceptExecution } from './service.ts';

const settings = parseEnvironment(
  z.object({
    AWS_REGION: z.string(),
    ALLOWED_DOCUMENTS: namesSchema,
    ALLOWED_FUNCTIONS: namesSchema,
    ALLOWED_TRAFFIC: namesSchema,
    RECOVERY_NEEDS_APPROVAL: z.stringbool().default(false),
    APPROVAL_MINUTES: z.coerce.number().int().min(1).max(10_080).default(60),
  }),
  process.env,
);
const homeAccount = homeAccountOf(process.env);
const clientsOf = createDrsClients(createTargetCredentials(homeAccount));
const recovery = createAwsRecoveryService({ homeAccount, clientsOf });
const access = createTargetAccess(clientsOf);
const homeward = createAwsHomewardReader(clientsOf, createEc2Query(createSignedCall(), access));
const runbooks = createAwsRunbookReader({ access });
const alarms = createAwsAlarmReader({ access });
const calendars = createAwsCalendarReader({ access: () => access(home) });
const traffic = createAwsTrafficService({ access });
const functions = createAwsFunctionReader({ access });
const home = { account: homeAccount, region: settings.AWS_REGION };
const ports = awsPorts(process.env, 'accept-execution', createReach(recovery, home));
const allowed = {
  documents: settings.ALLOWED_DOCUMENTS,
  functions: settings.ALLOWED_FUNCTIONS,
  traffic: settings.ALLOWED_TRAFFIC,
};

const rule = { always: settings.RECOVERY_NEEDS_APPROVAL, minutes: settings.APPROVAL_MINUTES };

const intake = (core: Parameters<Look>[0]) =>
  createAcceptExecution(
    { ...core, recovery, homeward, runbooks, alarms, calendars, functions, traffic, home, allowed },
    rule,
  );

const read: Read = (core) => async (envelope) => {
  if (envelope['detail-type'] !== 'ExecutionRequested') {
    const { executionId, decision } = approvalDecisionOf(readDecision(envelope), envelope.id);
    return intake(core).decide(executionId, decision, envelope.id);
  }
  const request = readRequest(executionRequestSchema, envelope);
  if ('faults' in request) return intake(core).refuse(envelope.id, request.faults, envelope.id);
  const { requestId = envelope.id, requestedBy = envelope.account } = request.data;
  await intake(core).accept({ ...request.data, requestId, requestedBy }, envelope.id);
};
const resume: Look = (core) => intake(core).resume;

export const handler = onDeliveries(
  onLiveEvents({ ports, name: 'accept-execution' }, read),
  onTimers(ports, 'accept-execution', resume),
);
