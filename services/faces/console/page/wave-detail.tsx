import { dateAndTime, durationText } from '../../../core/view/time-text.ts';
import type { HomewardProgress, RecoveryPoint, ServerPhase } from '../../../../contracts/wave-events.ts';
import { moveText, pointText } from '../../../../contracts/traffic-order.ts';
import { shownKinds } from '../../../core/domain/actions/shown-kinds.ts';
import type { ExecutionView, WaveView } from '../../../core/view/execution-view.ts';
import { milestonesOf } from '../../../core/view/time-to-green.ts';
import { isHomeward, waveTookMs } from '../../../core/view/figures.ts';
import { bytesText, etaText } from '../../../core/view/homeward-text.ts';
import { launchActionLine } from '../../../core/view/server-text.ts';
import { doneWord, homewardWords, phaseWords, withNames } from '../../../core/view/words.ts';
import { byName } from '../../../core/view/order.ts';
import { shownStatus } from '../../../core/view/due.ts';
import { waitsFor } from '../../../core/view/waits-for.ts';
import { AwsLink, automationLink, instanceLink } from './aws-link.tsx';
import { SkipWave } from './decision.tsx';
import { Progress } from './progress.tsx';
import { Status, capitalized } from './signs.tsx';
import { Head } from './head.tsx';

const actionWords = { WAITING: 'Not yet', RUNNING: 'Running', SUCCEEDED: 'Done', FAILED: 'Failed' } as const;
const stageWords = {
  before: 'Before',
  after: 'After',
  onFailure: 'On failure',
  onCancel: 'On cancel',
} as const;

const Actions = ({ wave }: { readonly wave: WaveView }) => (
  <table>
    <caption>Actions</caption>
    <Head columns={['Action', 'Kind', 'When', 'State']} />
    <tbody>
      {wave.actions.map(({ stage, actionId, kind, status, message, outputs = {}, moves = [], ...action }) => (
        <tr key={`${stage}/${actionId}`}>
          <th scope="row">{actionId}</th>
          <td>{capitalized(shownKinds[kind].noun)}</td>
          <td>{stageWords[stage]}</td>
          <td>
            {actionWords[status]}
            {message !== '' && (moves.length === 0 || status !== 'SUCCEEDED') && <small>{message}</small>}
            {moves.map((move) => (
              <small key={pointText(move.point)}>{moveText(move)}</small>
            ))}
            {Object.entries(outputs).map(([name, values]) => (
              <small key={name}>
                {name}: <span class="code">{values.join(', ')}</span>
              </small>
            ))}
            {action.automationExecutionId !== undefined && (
              <small>
                <AwsLink
                  href={automationLink(wave.place, action.automationExecutionId)}
                  text={action.automationExecutionId}
                />
              </small>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const pointOf = ({ from, at }: RecoveryPoint): string =>
  [
    at === undefined ? 'Data of an unknown time' : `Data of ${dateAndTime(Date.parse(at))}`,
    ...(from === 'earlier-snapshot' ? ['an earlier point'] : []),
  ].join(', ');

/** In a phase of a failback the stage of its way home, as DRS shows it. */
const phaseText = (wave: WaveView, at: ServerPhase, stage: string | undefined): string => {
  if (at === 'NONE') return capitalized(stage?.toLowerCase() ?? 'waiting');
  return capitalized(at === 'LAUNCHED' ? doneWord(wave.phase) : phaseWords[at]);
};

/** How much of it is copied, when the rest should be, and what keeps it. */
const Copying = (progress: HomewardProgress) => (
  <>
    {[bytesText(progress), etaText(progress), progress.why ?? ''].filter(Boolean).map((text) => (
      <small key={text}>{text}</small>
    ))}
  </>
);

const Servers = ({ wave }: { readonly wave: WaveView }) => (
  <table>
    <caption>Servers</caption>
    <Head columns={['Server', 'Phase', 'Instance']} />
    <tbody>
      {byName(wave.servers).map(({ sourceServerId, name, phase: at, instanceId, failure, ...server }) => (
        <tr key={sourceServerId}>
          <th scope="row">
            {name}
            {name !== sourceServerId && <small>{sourceServerId}</small>}
          </th>
          <td>
            <span class={`phase is-${at}`}>{phaseText(wave, at, server.homeward?.stage)}</span>
            {at === 'NONE' && server.homeward !== undefined && <Copying {...server.homeward} />}
            {server.stalledSince !== undefined && (
              <small>Stands still since {dateAndTime(server.stalledSince)} UTC</small>
            )}
            {failure !== undefined && <small>{failure}</small>}
            {server.warnings?.map((warning) => (
              <small key={warning}>{warning}</small>
            ))}
            {server.launchActions?.map((action, index) => (
              <small key={index}>{capitalized(launchActionLine(action))}</small>
            ))}
          </td>
          <td class="code">
            {instanceId === undefined ? (
              '–'
            ) : (
              <AwsLink href={instanceLink(wave.place, instanceId)} text={instanceId} />
            )}
            {server.recoveryPoint !== undefined && <small>{pointOf(server.recoveryPoint)}</small>}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** Of a wave of a failback with what it does. */
const Title = ({ waveId, phase }: WaveView) => (
  <h2 id="wave-title">
    {waveId}
    {phase !== undefined && <small> {homewardWords[phase]}</small>}
  </h2>
);

interface WaveDetailProps {
  readonly wave: WaveView;
  readonly view: ExecutionView;
  readonly now: number;
}

/** Everything that is known of one wave. */
export const WaveDetail = ({ wave, view, now }: WaveDetailProps) => {
  const waiting = waitsFor(wave, view);
  const took = waveTookMs(wave, view, now);
  const { launchedAt, greenAt, isGated } = milestonesOf(wave);
  return (
    <section class="panel wave-detail" aria-labelledby="wave-title">
      <header>
        <Title {...wave} />
        <Status status={shownStatus(wave)} />
        <SkipWave view={view} wave={wave} />
      </header>
      <Progress wave={wave} />
      <dl>
        {waiting.text !== '' && (
          <div>
            <dt>Waits for</dt>
            <dd>{waiting.text}</dd>
          </div>
        )}
        {wave.notes.length > 0 && (
          <div>
            <dt>Note</dt>
            <dd>{withNames(wave.notes.join('; '), wave.servers)}</dd>
          </div>
        )}
        {took !== undefined && (
          <div>
            <dt>{wave.endedAt === undefined ? 'Running for' : 'Took'}</dt>
            <dd>{durationText(took)}</dd>
          </div>
        )}
        {launchedAt !== undefined && wave.startedAt !== undefined && (
          <div>
            <dt>Launched after</dt>
            <dd>{durationText(launchedAt - wave.startedAt)}</dd>
          </div>
        )}
        {isGated && wave.startedAt !== undefined && (
          <div>
            <dt>Green after</dt>
            <dd>{greenAt === undefined ? 'not green yet' : durationText(greenAt - wave.startedAt)}</dd>
          </div>
        )}
        {wave.attempt > 1 && (
          <div>
            <dt>Attempt</dt>
            <dd>{wave.attempt}</dd>
          </div>
        )}
        <div>
          <dt>After</dt>
          <dd>{wave.dependsOn.length === 0 ? 'nothing: it starts first' : wave.dependsOn.join(', ')}</dd>
        </div>
        <div>
          <dt>{isHomeward(wave) ? 'Recovered in' : 'Recovers into'}</dt>
          <dd class="code">{wave.place}</dd>
        </div>
        {wave.jobs.length > 0 && (
          <div>
            <dt>DRS jobs</dt>
            <dd class="code">{wave.jobs.map(({ jobId }) => jobId).join(', ')}</dd>
          </div>
        )}
      </dl>
      <Servers wave={wave} />
      {wave.actions.length > 0 && <Actions wave={wave} />}
    </section>
  );
};
