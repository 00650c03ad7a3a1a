import * as z from 'zod';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onDeliveries, onEvents, onTimers, type Look } from '../../core/ports/aws/delivery.ts';
import { createDrsClients, createTargetAccess } from '../../core/ports/aws/drs-clients.ts';
import { createEc2Query } from '../../core/ports/aws/ec2-query.ts';
import { createAwsHomewardReader } from '../../core/ports/aws/homeward-reader.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createAwsReversalCaller } from '../../core/ports/aws/reversal-caller.ts';
import { createSignedCall } from '../../core/ports/aws/signed-call.ts';
import { createTargetCredentials } from '../../core/ports/aws/target-credentials.ts';
import { createReach } from '../../core/readiness/reach.ts';
import { createReverseReplication } from './service.ts';

const { AWS_REGION: region } = parseEnvironment(z.object({ AWS_REGION: z.string() }), process.env);
const homeAccount = homeAccountOf(process.env);
const clientsOf = createDrsClients(createTargetCredentials(homeAccount));
const recovery = createAwsRecoveryService({ homeAccount, clientsOf });
const homeward = createAwsHomewardReader(
  clientsOf,
  createEc2Query(createSignedCall(), createTargetAccess(clientsOf)),
);
const caller = createAwsReversalCaller(clientsOf);
const ports = awsPorts(
  process.env,
  'reverse-replication',
  createReach(recovery, { account: homeAccount, region }),
);

const look: Look = (core) => createReverseReplication({ ...core, recovery, homeward, caller });

export const handler = onDeliveries(
  onEvents(ports, 'reverse-replication', look),
  onTimers(ports, 'reverse-replication', look),
);
