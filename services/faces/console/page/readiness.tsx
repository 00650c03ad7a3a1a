import type { Readiness } from '../../../../contracts/api.ts';
import { moveText } from '../../../../contracts/traffic-order.ts';
import { rangeText, outlookText } from '../../../core/view/forecast-text.ts';
import { counted } from '../../../core/view/words.ts';

type Finding = Readiness['findings'][number];

const Expected = ({ forecast }: { readonly forecast: NonNullable<Readiness['forecast']> }) => {
  const { waves, criticalPath, approvals, rto } = forecast;
  const learned = waves.filter(({ isLearned }) => isLearned).length;
  return (
    <p>
      Expected to take <b>{rangeText(forecast)}</b>
      {approvals > 0 && ` plus ${counted(approvals, 'approval')}`}
      {rto !== undefined && `, RTO ${rto.minutes} min: ${outlookText(rto.outlook)}`}, along{' '}
      {criticalPath.join(' → ')}{' '}
      <small>
        ({learned} of {counted(waves.length, 'wave')} from earlier executions)
      </small>
    </p>
  );
};

const Replaced = ({ replaced }: Pick<Readiness, 'replaced'>) => (
  <details>
    <summary>{counted(replaced.length, 'instance')} that the launches end or overwrite</summary>
    <ul>
      {replaced.map(({ waveId, sourceServerId, instanceId, origin, fate, state, since, obstacles }) => (
        <li key={`${sourceServerId}/${instanceId}`}>
          <b>{waveId}</b> {instanceId} of {sourceServerId} is {fate}: {origin}, {state}
          {since !== undefined && ` since ${since}`}
          {obstacles.length > 0 && <small>{obstacles.join(', ')}</small>}
        </li>
      ))}
    </ul>
  </details>
);

const Moved = ({ traffic }: Pick<Readiness, 'traffic'>) => (
  <details>
    <summary>
      {counted(traffic.flatMap(({ moves }) => moves).length, 'point')} of traffic that would move
    </summary>
    <ul>
      {traffic.map(({ waveId, actionId, moves }) => (
        <li key={`${waveId}/${actionId}`}>
          <b>{waveId}</b> {actionId}: {moves.map(moveText).join('; ')}
        </li>
      ))}
    </ul>
  </details>
);

const isUnaccepted = ({ faults }: Readiness, { message }: Finding): boolean =>
  faults.some((fault) => fault.message.startsWith(message));

/** What blocks running a plan now, what would do so unless it is accepted, and what only informs. */
export const Findings = ({ readiness }: { readonly readiness: Readiness }) => {
  const warnings = readiness.findings.filter(
    (finding) => finding.level === 'warning' && !isUnaccepted(readiness, finding),
  );
  return (
    <div class={`readiness ${readiness.ready ? 'is-ready' : 'is-unready'}`} role="status">
      <h3>
        {readiness.ready ? '✓ Ready' : '✕ Not ready'}
        <small>
          {readiness.faults.length === 0
            ? 'nothing blocks a start'
            : `${counted(readiness.faults.length, 'reason')} against it`}
          , {warnings.length === 0 ? 'no warnings' : counted(warnings.length, 'warning')}
        </small>
      </h3>
      <ul>
        {readiness.faults.map(({ path, message, expected }) => (
          <li key={path + message}>
            <b>{path}</b> {message}
            {expected !== undefined && <small>valid: {expected}</small>}
          </li>
        ))}
        {warnings.map(({ waveId, name, message, needsAcceptance }) => (
          <li key={name + message}>
            <b>{waveId}</b> {message}{' '}
            <small>
              {needsAcceptance ? 'accepted' : 'warning'}: {name}
            </small>
          </li>
        ))}
      </ul>
      {readiness.replaced.length > 0 && <Replaced replaced={readiness.replaced} />}
      {readiness.traffic.length > 0 && <Moved traffic={readiness.traffic} />}
      {readiness.forecast !== undefined && <Expected forecast={readiness.forecast} />}
    </div>
  );
};
