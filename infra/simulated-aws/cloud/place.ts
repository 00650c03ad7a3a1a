import type { placeScenario } from '../scenario.ts';
import type { LocalService } from '../wire.ts';
import { createMessagingServices, type MessagingServices } from './messaging-services.ts';
import { createRecoveryServices, type RecoveryServices } from './recovery-services.ts';
import type { MessagingOptions } from './messaging-services.ts';
import type { RecoveryOptions } from './recovery-services.ts';

export interface PlaceOptions
  extends
    Omit<MessagingOptions, 'open' | 'alarms' | 'usersFunctions'>,
    Omit<RecoveryOptions, 'emit' | 'beside' | 'scenario'> {
  readonly scenario: ReturnType<typeof placeScenario>;
  readonly isHome: boolean;
  readonly dynamodb: LocalService;
  /** Services that no account and Region has for itself. */
  readonly global: (signingName: string) => LocalService | undefined;
}

/** One account and Region, with all services that it has for itself. */
export interface Place extends Omit<MessagingServices, 'services'>, Pick<RecoveryServices, 'drs' | 'ssm'> {
  readonly account: string;
  readonly region: string;
  service(signingName: string): LocalService | undefined;
}

/** The journals of home lie beside the folders of all others. */
const folderOf = ({ isHome, account, region }: PlaceOptions): string =>
  isHome ? '' : `${account}-${region}/`;

export const createPlace = (options: PlaceOptions): Place => {
  const { account, region, dynamodb, global } = options;
  const folder = folderOf(options);
  const messaging = createMessagingServices({
    ...options,
    alarms: options.scenario.cloudwatch.alarms,
    usersFunctions: options.scenario.lambda.functions,
    open: (name) => options.journals.open(`${folder}${name}`),
  });
  const beside = [...messaging.services, dynamodb];
  const findBeside = (name: string): LocalService | undefined =>
    beside.find(({ signingName }) => signingName === name) ?? global(name);
  const recovery = createRecoveryServices({
    ...options,
    beside: findBeside,
    emit: ({ 'detail-type': detailType, ...content }) =>
      void messaging.events.putServiceEvent({ detailType, ...content }),
  });
  const { services: _, ...parts } = messaging;
  return {
    ...parts,
    ...{ account, region, drs: recovery.drs, ssm: recovery.ssm },
    service: (name) => recovery.services.find(({ signingName }) => signingName === name) ?? findBeside(name),
    close() {
      messaging.close();
      recovery.close();
    },
  };
};
