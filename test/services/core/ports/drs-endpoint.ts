import { createGateway } from '../../../../infra/simulated-aws/gateway/gateway.ts';
import { openHttpDoor } from '../../../../infra/simulated-aws/gateway/http-door.ts';
import { createDrsClients } from '../../../../services/core/ports/aws/drs-clients.ts';
import { createAwsRecoveryService } from '../../../../services/core/ports/aws/recovery-service.ts';
import { createSignedCall } from '../../../../services/core/ports/aws/signed-call.ts';
import { place } from '../../../infra/simulated-aws/drs/fixture.ts';
import { openPlace } from './drs-fixture.ts';

const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** A simulated DRS behind a socket, and the port's adapter with the clients that it makes on AWS. */
export const openEndpoint = async (scenario: unknown) => {
  const { clock, drs, others } = openPlace(scenario);
  const services = [drs, ...others];
  const gateway = createGateway({
    region: place.region,
    resolve: ({ service }) => services.find(({ signingName }) => signingName === service),
  });
  const door = await openHttpDoor({ port: 0, host: '127.0.0.1', gateway });
  const endpoint = `http://127.0.0.1:${door.port}`;
  const service = createAwsRecoveryService({
    homeAccount: place.account,
    clientsOf: createDrsClients(() => undefined, { endpoint, credentials }),
    signedCall: createSignedCall(endpoint),
  });
  return { service, clock, advance: (ms: number) => clock.advance(ms), close: () => door.close() };
};
