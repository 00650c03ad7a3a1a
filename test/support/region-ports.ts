import type { Target } from '../../contracts/plan.ts';
import { createEc2Query } from '../../services/core/ports/aws/ec2-query.ts';
import { createAwsHomewardReader } from '../../services/core/ports/aws/homeward-reader.ts';
import { createAwsRecoveryService } from '../../services/core/ports/aws/recovery-service.ts';
import type { SignedCall } from '../../services/core/ports/aws/signed-call.ts';
import { account, origin, type Regions } from '../infra/simulated-aws/cloud/two-regions.ts';

/** The adapters for AWS over two simulated Regions, as whoever looks at a way home has them. */
export const regionPorts = (regions: Regions) => {
  const regionOf = (name: string) => (name === origin ? regions.home : regions.away);
  const clientsOf = ({ region }: Target) => ({
    reading: regionOf(region).drs,
    starting: regionOf(region).drs,
  });
  const signedCall: SignedCall = async ({ region, service, headers, body }) => {
    const local = regionOf(region).services.services.find(({ signingName }) => signingName === service)!;
    return (await local.handle({ method: 'POST', path: '/', query: {}, headers, body })).body;
  };
  const access = async ({ region }: Target) => ({
    region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    homeward: createAwsHomewardReader(clientsOf, createEc2Query(signedCall, access)),
    recovery: createAwsRecoveryService({ homeAccount: account, clientsOf, signedCall }),
    roleIn: () => ({}),
    clock: regions.clock,
  };
};
