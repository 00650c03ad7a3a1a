import { paginateDescribeSourceServers, type SourceServer } from '@aws-sdk/client-drs';
import type { Target } from '../../../../contracts/plan.ts';
import type { HostNames, SourceHost } from '../host-names.ts';
import type { DrsClients } from './drs-clients.ts';

const hostOf = ({ sourceServerID, sourceProperties }: SourceServer): readonly SourceHost[] => {
  const { hostname, fqdn } = sourceProperties?.identificationHints ?? {};
  if (sourceServerID === undefined) return [];
  return [{ sourceServerId: sourceServerID, ...(hostname && { hostname }), ...(fqdn && { fqdn }) }];
};

export const createAwsHostNames =
  (clientsOf: (target: Target) => DrsClients): HostNames =>
  async (target) => {
    const client = clientsOf(target).reading;
    const hosts: SourceHost[] = [];
    for await (const { items = [] } of paginateDescribeSourceServers({ client }, { filters: {} }))
      hosts.push(...items.flatMap(hostOf));
    return hosts;
  };
