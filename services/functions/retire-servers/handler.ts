import * as z from 'zod';
import { awsPorts, parseEnvironment } from '../../core/ports/aws/composition.ts';
import { onDeliveries, onEvents, onTimers, type Look } from '../../core/ports/aws/delivery.ts';
import { createDrsClients, createTargetAccess } from '../../core/ports/aws/drs-clients.ts';
import { createEc2Query } from '../../core/ports/aws/ec2-query.ts';
import { createAwsHomewardReader } from '../../core/ports/aws/homeward-reader.ts';
import { createAwsRecoveryService, homeAccountOf } from '../../core/ports/aws/recovery-service.ts';
import { createAwsRetirementCaller } from '../../core/ports/aws/retirement-caller.ts';
import { createSignedCall } from '../../core/ports/aws/signed-call.ts';
import { createTargetCredentials } from '../../core/ports/aws/target-credentials.ts';
import { createReach } from '../../core/readiness/reach.ts';
import { createRetireServers } from './service.ts';

const { AWS_REGION: region } = parseEnvironment(z.object({ AWS_REGION: z.string() }), process.env);
const homeAccount = homeAccountOf(process.env);
const clientsOf = createDrsClients(createTargetCredentials(homeAccount));
const recovery = createAwsRecoveryService({ homeAccount, clientsOf });
const homeward = createAwsHomewardReader(
  clientsOf,
  createEc2Query(createSignedCall(), createTargetAccess(clientsOf)),
);
const caller = createAwsRetirementCaller(clientsOf);
const ports = awsPorts(
  process.env,
  'retire-servers',
  createReach(recovery, { account: homeAccount, region }),
);

const look: Look = (core) => createRetireServers({ ...core, recovery, homeward, caller });

export const handler = onDeliveries(
  onEvents(ports, 'retire-servers', look),
  onTimers(ports, 'retire-servers', look),
);
