import type { Action, ActionSteps } from '../../../../contracts/action.ts';
import type { StoredPlan } from '../../../../contracts/api.ts';
import { shownKinds } from '../../../core/domain/actions/shown-kinds.ts';
import { counted } from '../../../core/view/words.ts';

type Wave = StoredPlan['plan']['waves'][number];

const serversText = ({ servers }: Wave): string => {
  if (Array.isArray(servers)) return counted(servers.length, 'server');
  const tags = Object.entries(servers.tags).map(([key, value]) => `${key} = ${value}`);
  return `all with ${tags.join(' and ')}, at least ${servers.minimum}`;
};

const actionText = ({ kind, actionId, when }: Action): string =>
  `${shownKinds[kind].noun} ${actionId}${when === 'BOTH' ? '' : ` (${when.toLowerCase()} only)`}`;

const stepsText = (steps: ActionSteps): string =>
  steps
    .map((step) => (Array.isArray(step) ? step.map(actionText).join(' beside ') : actionText(step)))
    .join(', then ');

const policyText = (success: Wave['success']): string => {
  if (success === 'all') return 'all servers';
  if (success === 'critical') return 'all critical servers';
  return 'atLeast' in success ? `at least ${success.atLeast}` : `at least ${success.atLeastPercent} %`;
};

const rowsOf = (wave: Wave): readonly (readonly [string, string])[] =>
  (
    [
      ['After', wave.dependsOn.length === 0 ? 'nothing: it starts first' : wave.dependsOn.join(', ')],
      ['Servers', serversText(wave)],
      ['Into', wave.target ?? 'the account and Region of the deployment'],
      [
        'First',
        [...(wave.pauseBefore ? ['a pause'] : []), stepsText(wave.before)].filter(Boolean).join(', then '),
      ],
      ['Then', stepsText(wave.after)],
      ['Recovered with', policyText(wave.success)],
      ['When it fails', wave.onFailure ?? 'stop in a drill, ask in a recovery'],
      ['Asks after', `${wave.timeoutMinutes} min`],
    ] as const
  ).filter(([, text]) => text !== '');

/** A plan's waves as people read them. */
export const PlannedWaves = ({ waves }: { readonly waves: readonly Wave[] }) => (
  <div class="planned-waves">
    {waves.map((wave) => (
      <details key={wave.waveId}>
        <summary>
          <b>{wave.waveId}</b> <span>{serversText(wave)}</span>
        </summary>
        <dl>
          {rowsOf(wave).map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </details>
    ))}
  </div>
);
