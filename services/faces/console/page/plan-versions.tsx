import { useEffect, useState } from 'preact/hooks';
import type { StoredPlan } from '../../../../contracts/api.ts';
import { differencesOf } from '../../../core/view/plan-difference.ts';
import { dateAndTime } from '../../../core/view/time-text.ts';
import { get, getAsIs, messageOf, send } from './api.ts';
import { mayEdit } from './caller.ts';
import { ask } from './dialog.tsx';
import { Differences } from './plan-changes.tsx';

type Version = Omit<StoredPlan, 'plan'>;

interface PlanVersionsProps {
  readonly stored: StoredPlan;
  readonly onRestored: () => void;
}

interface TableProps {
  readonly isEditable: boolean;
  readonly versions: readonly Version[];
  readonly newest: number;
  readonly onCompare: (version: number) => void;
  readonly onRestore: (version: number) => void;
}

const Table = ({ versions, newest, isEditable, onCompare, onRestore }: TableProps) => (
  <table>
    <thead>
      <tr>
        <th scope="col">Version</th>
        <th scope="col">Stored (UTC)</th>
        <th scope="col">Hash</th>
        <th scope="col">
          <span class="unseen">What to do with it</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {versions.map(({ version, storedAt, hash }) => (
        <tr key={version}>
          <th scope="row">v{version}</th>
          <td>{dateAndTime(Date.parse(storedAt))}</td>
          <td class="code">{hash.slice(0, 12)}</td>
          <td>
            {version !== newest && (
              <span class="buttons">
                <button type="button" onClick={() => onCompare(version)}>
                  Compare<span class="unseen"> version {version} with the newest</span>
                </button>
                {isEditable && (
                  <button type="button" onClick={() => onRestore(version)}>
                    Restore<span class="unseen"> version {version}</span>
                  </button>
                )}
              </span>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

/** The versions of a plan, each with what it says otherwise than the newest, which it can become again. */
export const PlanVersions = ({ stored, onRestored }: PlanVersionsProps) => {
  const [versions, setVersions] = useState<readonly Version[]>([]);
  const [other, setOther] = useState<StoredPlan | undefined>(undefined);
  const [said, setSaid] = useState('');
  const { planId, version: newest } = stored;
  useEffect(() => {
    setOther(undefined);
    get<{ readonly versions: readonly Version[] }>(`/plans/${planId}/versions`).then(
      (page) => setVersions(page.versions),
      (error: unknown) => setSaid(messageOf(error)),
    );
  }, [planId, newest]);
  const compare = (version: number): void => {
    get<StoredPlan>(`/plans/${planId}?version=${version}`).then(setOther, (error: unknown) =>
      setSaid(messageOf(error)),
    );
  };
  const restore = (version: number): void =>
    ask({
      title: `Restore version ${version}`,
      consequences: [
        `What version ${version} says becomes version ${newest + 1}; no version is lost.`,
        'Executions that run go on with the version that they started with.',
      ],
      action: 'Restore',
      isGrave: false,
      needsReason: false,
      run: async () => {
        const { plan } = await getAsIs<StoredPlan>(`/plans/${planId}?version=${version}`);
        await send('PUT', `/plans/${planId}`, plan);
        onRestored();
      },
    });
  return (
    <section class="panel" aria-labelledby="plan-versions">
      <h2 id="plan-versions">Versions</h2>
      <p class="fault" role="alert">
        {said}
      </p>
      <Table {...{ versions, newest }} isEditable={mayEdit(stored)} onCompare={compare} onRestore={restore} />
      {other !== undefined && (
        <div role="status">
          <h3>
            From version {other.version} to version {newest}
          </h3>
          <Differences differences={differencesOf(other.plan, stored.plan)} />
        </div>
      )}
    </section>
  );
};
