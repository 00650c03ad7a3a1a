import { expect, it } from 'vitest';
import { withServerNames } from '../../../../services/core/readiness/named-findings.ts';
import type { SourceServer } from '../../../../services/core/ports/recovery-service.ts';
import { serverId } from '../../../support/frozen-wave.ts';

it('findings call servers by the names that people know, beside their ids, and leave others as they are', () => {
  const server = (n: number, name: string): SourceServer => ({
    ...{ sourceServerId: serverId(n), name, tags: {}, replicationState: 'CONTINUOUS', volumesMissing: false },
  });
  const finding = (message: string) => ({ level: 'error' as const, name: 'lag', waveId: 'web', message });
  const said = withServerNames(
    [
      finding(`${serverId(1)} lags; drsjob-1 and ${serverId(1)}`),
      finding(`${serverId(2)} and ${serverId(3)} lag`),
    ],
    [server(1, 'web-1'), server(2, serverId(2))],
  );
  expect(said.map(({ message }) => message)).toEqual([
    `web-1 (${serverId(1)}) lags; drsjob-1 and web-1 (${serverId(1)})`,
    `${serverId(2)} and ${serverId(3)} lag`,
  ]);
});
