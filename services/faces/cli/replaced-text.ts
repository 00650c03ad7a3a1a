import type { Obstacle, ReplacedInstance } from '../../core/domain/replaced-instances.ts';
import { timeText } from '../../core/view/time-text.ts';
import { tableText } from './format.ts';

const origins: Readonly<Record<ReplacedInstance['origin'], string>> = {
  drill: 'of a drill',
  recovery: 'of a real recovery',
  unknown: 'of unknown origin',
  existing: 'an existing machine',
};

const obstacleTexts: Readonly<Record<Obstacle, string>> = {
  'record-deleted': 'its DRS record was deleted',
  failback: 'failing back',
  'termination-protection': 'protected against termination',
  'stop-protection': 'protected against being stopped',
  'not-stopped': 'not stopped, as DRS requires',
};

/** Which instances the launches end or overwrite, server by server. */
export const replacedLines = (replaced: readonly ReplacedInstance[]): readonly string[] => {
  if (replaced.length === 0) return [];
  const rows = replaced.map(
    ({ waveId, sourceServerId, instanceId, state, origin, since, fate, obstacles }) => [
      `  ${instanceId}`,
      fate,
      waveId,
      sourceServerId,
      origins[origin],
      `${state}${since === undefined ? '' : ` since ${timeText(Date.parse(since))}`}`,
      obstacles.map((each) => obstacleTexts[each]).join(', '),
    ],
  );
  return ['instances that the launches end or overwrite', ...tableText(rows), ''];
};
