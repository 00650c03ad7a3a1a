import type { FrozenWave } from '../../contracts/execution-events.ts';
import type { Action } from '../../contracts/action.ts';

export const serverId = (n: number): string => `s-${String(n).padStart(17, '0')}`;
export const jobId = (n: number): string => `drsjob-${String(n).padStart(17, '0')}`;

const server = (n: number) => ({ sourceServerId: serverId(n), name: `server-${n}`, critical: true });

/** A wave of one server in the home account, with only what matters to a test spelled out. */
export const aWave = (waveId: string, changes: Partial<FrozenWave> = {}): FrozenWave => ({
  waveId,
  dependsOn: [],
  target: { account: '111122223333', region: 'eu-west-1' },
  servers: [server(1)],
  success: 'all',
  onFailure: 'stop',
  timeoutMinutes: 240,
  before: [],
  after: [],
  onFailureActions: [],
  onCancelActions: [],
  ...changes,
});

export const someServers = (count: number): FrozenWave['servers'] =>
  Array.from({ length: count }, (_, index) => server(index + 1));

export const anAutomation = (
  actionId: string,
  changes: Partial<Extract<Action, { kind: 'automation' }>> = {},
): Action => ({
  kind: 'automation',
  actionId,
  when: 'BOTH',
  optional: false,
  document: 'Groundswell-HealthCheck',
  parameters: {},
  timeoutMinutes: 60,
  triesMax: 1,
  ...changes,
});

export const aCallback = (
  actionId: string,
  changes: Partial<Extract<Action, { kind: 'callback' }>> = {},
): Action => ({
  kind: 'callback',
  actionId,
  when: 'BOTH',
  optional: false,
  task: 'warm-cache',
  parameters: {},
  timeoutMinutes: 60,
  triesMax: 1,
  ...changes,
});

export const aFunction = (
  actionId: string,
  changes: Partial<Extract<Action, { kind: 'lambda' }>> = {},
): Action => ({
  ...{ kind: 'lambda', actionId, when: 'BOTH', optional: false, function: actionId, mode: 'callback' },
  ...{ parameters: {}, timeoutMinutes: 60, triesMax: 1, ...changes },
});
