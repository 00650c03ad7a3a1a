import type { Readiness, StoredPlan } from '../../../../contracts/api.ts';
import type { ChosenPoint } from '../../../../contracts/plan.ts';
import { outlookText, rangeText } from '../../../core/view/forecast-text.ts';
import { dataText } from '../../../core/view/point-text.ts';
import { counted } from '../../../core/view/words.ts';
import { PlanGraph } from './plan-graph.tsx';
import { SinceProof, useProof } from './plan-changes.tsx';
import { Head } from './head.tsx';

type Waves = StoredPlan['plan']['waves'];

/** The wave's own, and how many servers have another. */
const pointsOf = ({ pointInTime, servers }: Waves[number], chosen?: ChosenPoint): string => {
  if (chosen !== undefined) return dataText(chosen);
  const others = Array.isArray(servers)
    ? servers.filter((server) => server.pointInTime !== undefined).length
    : 0;
  return `${dataText(pointInTime)}${others === 0 ? '' : `; ${counted(others, 'server')} otherwise`}`;
};

const Waves = ({ readiness, stored, chosen }: ReviewProps) => (
  <table>
    <caption>{stored.plan.direction === undefined ? 'What is recovered' : 'What comes home'}</caption>
    <Head columns={['Wave', 'Into', 'Recovery point', 'Servers']} />
    <tbody>
      {shownWaves({ readiness, stored }).map(({ waveId, account, region, servers }) => {
        const planned = stored.plan.waves.find((wave) => wave.waveId === waveId);
        return (
          <tr key={waveId}>
            <th scope="row">{waveId}</th>
            <td class="code">
              {account} / {region}
            </td>
            <td>
              {stored.plan.direction === undefined
                ? planned !== undefined && pointsOf(planned, chosen)
                : 'the data of its launch'}
            </td>
            <td>
              {counted(servers.length, 'server')}
              <small>
                {servers
                  .map(({ name }) => name)
                  .toSorted((a, b) => a.localeCompare(b, undefined, { numeric: true }))
                  .join(', ')}
              </small>
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);

/** Of a failback, whose phases are waves too, those that launch. */
const shownWaves = ({ readiness, stored }: ReviewProps): Readiness['waves'] =>
  stored.plan.direction === undefined
    ? readiness.waves
    : readiness.waves.filter(({ waveId }) => stored.plan.waves.some((wave) => wave.waveId === waveId));

const Facts = (props: ReviewProps) => {
  const { readiness, stored } = props;
  const { forecast } = readiness;
  const waves = shownWaves(props);
  const places = new Set(waves.map(({ account, region }) => `${account} / ${region}`));
  const servers = waves.reduce((sum, wave) => sum + wave.servers.length, 0);
  return (
    <dl class="figures">
      <div>
        <dt>{stored.plan.direction === undefined ? 'Recovers' : 'Brings home'}</dt>
        <dd>
          {counted(servers, 'server')}
          <small>
            {counted(waves.length, 'wave')} in{' '}
            {counted(places.size, 'account and Region', 'accounts and Regions')}
          </small>
        </dd>
      </div>
      {forecast !== undefined && (
        <div>
          <dt>Expected to take</dt>
          <dd>
            {rangeText(forecast)}
            {forecast.approvals > 0 && <small>plus {counted(forecast.approvals, 'approval')}</small>}
          </dd>
        </div>
      )}
      {forecast?.rto !== undefined && (
        <div class={forecast.rto.outlook === 'on-track' ? 'is-met' : 'is-missed'}>
          <dt>RTO target</dt>
          <dd>
            {forecast.rto.minutes} min<small>{outlookText(forecast.rto.outlook)}</small>
          </dd>
        </div>
      )}
      <div>
        <dt>Plan</dt>
        <dd class="hash">
          version {stored.version}
          <small class="code">{stored.hash}</small>
        </dd>
      </div>
    </dl>
  );
};

interface ReviewProps {
  readonly stored: StoredPlan;
  readonly readiness: Readiness;
  /** Which data the request chooses for all servers. */
  readonly chosen?: ChosenPoint | undefined;
}

/** Everything that whoever starts or approves a plan has to know: what, where, how long, and what has changed. */
export const Review = (props: ReviewProps) => {
  const told = useProof(props.stored.planId);
  return (
    <>
      <Facts {...props} />
      <section class="panel">
        <Waves {...props} />
      </section>
      <section class="panel" aria-labelledby="review-graph">
        <h2 id="review-graph">Order</h2>
        <PlanGraph waves={props.stored.plan.waves} />
      </section>
      <SinceProof stored={props.stored} told={told} />
    </>
  );
};
