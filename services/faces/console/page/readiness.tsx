import { durationText } from '../../../core/view/time-text.ts';
import { counted } from '../../../core/view/words.ts';
import type { Forecast, Readiness } from '../../../../contracts/api.ts';

const Expected = ({ forecast }: { readonly forecast: Forecast }) => {
  const { waves, criticalPath, expectedMs, approvals } = forecast;
  const learned = waves.filter(({ isLearned }) => isLearned).length;
  return (
    <p>
      Expected to take <b>{durationText(expectedMs)}</b>
      {approvals > 0 && ` plus ${counted(approvals, 'approval')}`}, along {criticalPath.join(' → ')}{' '}
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

/** What blocks running a plan now. */
export const Findings = ({ readiness }: { readonly readiness: Readiness }) => (
  <div class={`readiness ${readiness.ready ? 'is-ready' : 'is-unready'}`} role="status">
    <h3>
      {readiness.ready ? '✓ Ready' : '✕ Not ready'}
      <small>
        {counted(readiness.faults.length, 'fault')},{' '}
        {counted(readiness.findings.filter(({ level }) => level === 'warning').length, 'warning')}
      </small>
    </h3>
    <ul>
      {readiness.faults.map(({ path, message, expected }) => (
        <li key={path + message}>
          <b>{path}</b> {message}
          {expected !== undefined && <small>expected: {expected}</small>}
        </li>
      ))}
      {readiness.findings
        .filter(({ level }) => level === 'warning')
        .map(({ waveId, name, message }) => (
          <li key={name + message}>
            <b>{waveId}</b> {message} <small>warning: {name}</small>
          </li>
        ))}
    </ul>
    {readiness.replaced.length > 0 && <Replaced replaced={readiness.replaced} />}
    {readiness.forecast !== undefined && <Expected forecast={readiness.forecast} />}
    <p class="quiet">
      {readiness.waves
        .map(({ waveId, servers }) => `${waveId}: ${servers.map(({ name }) => name).join(', ')}`)
        .join(' · ')}
    </p>
  </div>
);
