import { useEffect, useState } from 'preact/hooks';
import type { ChosenPoint } from '../../../../contracts/plan.ts';
import type { Accepted, Readiness, StoredPlan } from '../../../../contracts/api.ts';
import { get, messageOf, newKey, send, UnansweredError } from './api.ts';
import { mayRun, withheldText } from './caller.ts';
import { Reading } from './reading.tsx';
import { Findings } from './readiness.tsx';
import { Review } from './review.tsx';
import { runWord } from '../../../core/view/words.ts';
import { ofFailback } from './consequences.ts';
import { goTo, useTitle } from './route.ts';
import { Mode } from './signs.tsx';
import { noOverrides, overridesQuery, Overrides, type Allowed } from './overrides.tsx';
import { asPlanned, chosenBy, PointFields, pointQuery } from './point-choice.tsx';

type Start = 'DRILL' | 'RECOVERY';

const consequences: Readonly<Record<Start, readonly string[]>> = {
  DRILL: [
    'Copies of the servers are launched where their launch templates say; only those keep the copies apart from production.',
    'Instances of an earlier drill of the same servers are replaced.',
  ],
  RECOVERY: [
    'This is the real thing: servers are recovered for production use.',
    'Recovery instances that exist already are replaced by the new ones.',
  ],
};

interface SheetProps {
  readonly stored: StoredPlan;
  readonly mode: Start;
}

/** The answer for these overrides; while another is asked for, the last one stays. */
const useReadiness = (
  { planId, version }: StoredPlan,
  mode: Start,
  allowed: Allowed,
  chosen: ChosenPoint | undefined,
) => {
  const [readiness, setReadiness] = useState<Readiness | undefined>(undefined);
  const [said, setSaid] = useState('');
  const [isAsking, setAsking] = useState(true);
  const query = overridesQuery(allowed) + pointQuery(chosen);
  useEffect(() => {
    let isWanted = true;
    setAsking(true);
    get<Readiness>(`/plans/${planId}/check?mode=${mode}&version=${version}${query}`)
      .then(
        (answer) => {
          if (!isWanted) return;
          setReadiness(answer);
          setSaid('');
        },
        (error: unknown) => isWanted && setSaid(messageOf(error)),
      )
      .finally(() => isWanted && setAsking(false));
    return () => void (isWanted = false);
  }, [planId, version, mode, query]);
  return { readiness, said, isAsking };
};

const orderOf = (
  { planId, version }: StoredPlan,
  mode: Start,
  reason: string,
  { allowed, chosen }: Pick<StartFormProps, 'allowed' | 'chosen'>,
) => ({
  ...{ planId, planVersion: version, mode },
  ...(reason !== '' && { reason }),
  ...(chosen !== undefined && { pointInTime: chosen }),
  ...(allowed.warnings.length > 0 && { acceptWarnings: allowed.warnings }),
  ...(allowed.overRecovery && { allowDrillOverRecovery: true }),
  ...(allowed.instances.length > 0 && { allowReplacing: allowed.instances }),
});

const StartForm = ({ stored, mode, allowed, chosen, isReady }: SheetProps & StartFormProps) => {
  const [reason, setReason] = useState('');
  const [name, setName] = useState('');
  const [fault, setFault] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [key] = useState(newKey);
  const isReal = mode === 'RECOVERY';
  const isHomeward = stored.plan.direction !== undefined;
  const isConfirmed = !isReal || (name.trim() === stored.planId && reason.trim() !== '');
  const start = async (): Promise<void> => {
    setBusy(true);
    try {
      const order = orderOf(stored, mode, reason.trim(), { allowed, chosen });
      const { executionId } = await send<Accepted>('POST', '/executions', order, key);
      goTo('executions', executionId);
    } catch (error) {
      const isUnanswered = error instanceof UnansweredError;
      setFault(isUnanswered ? `${error.message} Try again: it takes effect only once.` : messageOf(error));
    }
    setBusy(false);
  };
  return (
    <form
      class="panel start-form"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <ul class="consequences">
        {(isHomeward ? ofFailback : consequences)[mode].map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
      <label>
        Reason{isReal ? '' : ' (optional)'}
        <textarea rows={2} value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      {isReal && (
        <label>
          To confirm, type the name of the plan: {stored.planId}
          <input
            type="text"
            autocomplete="off"
            value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
      )}
      <p class="fault" role="alert">
        {fault || withheldText(stored, ['run'], stored.planId)}
      </p>
      <div class="buttons">
        <a class="button" href={`#/plans/${stored.planId}`}>
          Back
        </a>
        <button
          type="submit"
          class={isReal ? 'grave' : 'primary'}
          disabled={isBusy || !isReady || !isConfirmed || !mayRun(stored)}
        >
          Start the {runWord({ mode, direction: stored.plan.direction }).toLowerCase()}
        </button>
      </div>
    </form>
  );
};

interface StartFormProps {
  readonly allowed: Allowed;
  readonly chosen: ChosenPoint | undefined;
  readonly isReady: boolean;
}

const Sheet = ({ stored, mode }: SheetProps) => {
  const [allowed, setAllowed] = useState(noOverrides);
  const [choice, setChoice] = useState(asPlanned);
  const point = chosenBy(choice);
  const chosen = point === 'unfinished' ? undefined : point;
  const { readiness, said, isAsking } = useReadiness(stored, mode, allowed, chosen);
  const isReady = readiness?.ready === true && !isAsking && point !== 'unfinished';
  return (
    <main>
      <header class="page-head">
        <div>
          <p class="crumb">
            <a href="#/plans">Plans</a> / <a href={`#/plans/${stored.planId}`}>{stored.planId}</a>
          </p>
          <h1>
            Start a {runWord({ mode, direction: stored.plan.direction }).toLowerCase()}: {stored.planId}{' '}
            <small>v{stored.version}</small> <Mode mode={mode} direction={stored.plan.direction} />
          </h1>
          <p>{stored.plan.description}</p>
        </div>
      </header>
      <p class={isAsking ? 'quiet' : 'fault'} role="status">
        {isAsking ? 'Asking DRS…' : said}
      </p>
      {readiness !== undefined && (
        <>
          <Findings readiness={readiness} />
          <Overrides {...{ readiness, mode, allowed, setAllowed }} />
          {stored.plan.direction === undefined && <PointFields {...{ choice, setChoice }} />}
          <StartForm {...{ stored, mode, allowed, chosen, isReady }} />
          <Review {...{ stored, readiness, chosen }} />
        </>
      )}
    </main>
  );
};

/** The start sheet: everything to know, accept and confirm before a plan is run. */
export const StartPage = ({ planId, mode }: { readonly planId: string; readonly mode: Start }) => {
  const [stored, setStored] = useState<StoredPlan | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    get<StoredPlan>(`/plans/${planId}`).then(setStored, (error: unknown) => setSaid(messageOf(error)));
  }, [planId]);
  useTitle(mode === 'DRILL' ? 'Start a drill' : 'Start a recovery', planId);
  return stored === undefined ? (
    <Reading title="Start" fault={said} back={['#/plans', 'All plans']} />
  ) : (
    <Sheet stored={stored} mode={mode} />
  );
};
