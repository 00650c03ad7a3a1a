import type { Readiness } from '../../../../contracts/api.ts';

/** What whoever starts a plan accepts or allows. */
export interface Allowed {
  /** Warnings, by name. */
  readonly warnings: readonly string[];
  /** A drill may end what real recoveries brought up. */
  readonly overRecovery: boolean;
  /** EC2 instances that a drill may end or overwrite, by id. */
  readonly instances: readonly string[];
}

export const noOverrides: Allowed = { warnings: [], overRecovery: false, instances: [] };

/** As the check is asked. */
export const overridesQuery = ({ warnings, overRecovery, instances }: Allowed): string =>
  [
    warnings.length > 0 ? `&acceptWarnings=${warnings.join(',')}` : '',
    overRecovery ? '&allowDrillOverRecovery=true' : '',
    instances.length > 0 ? `&allowReplacing=${instances.join(',')}` : '',
  ].join('');

type Replaced = Readiness['replaced'][number];

/** What a drill ends or overwrites only where a person names it. */
const isGivenUp = ({ origin, obstacles }: Replaced): boolean =>
  origin !== 'drill' || obstacles.includes('failback');

const toggled = (all: readonly string[], one: string, isIn: boolean): readonly string[] =>
  isIn ? [...new Set([...all, one])] : all.filter((each) => each !== one);

interface TickProps {
  readonly isTicked: boolean;
  readonly onTick: (isTicked: boolean) => void;
  readonly text: string;
  readonly details?: readonly string[];
}

const Tick = ({ isTicked, onTick, text, details = [] }: TickProps) => (
  <label class="choice">
    <input type="checkbox" checked={isTicked} onChange={(event) => onTick(event.currentTarget.checked)} />{' '}
    <span>
      {text}
      {details.map((detail) => (
        <small key={detail}>{detail}</small>
      ))}
    </span>
  </label>
);

interface OverridesProps {
  readonly readiness: Readiness;
  readonly mode: 'DRILL' | 'RECOVERY';
  readonly allowed: Allowed;
  readonly setAllowed: (allowed: Allowed) => void;
}

/** Warnings to accept one by one, and what a drill may end although people may need it. */
export const Overrides = ({ readiness, mode, allowed, setAllowed }: OverridesProps) => {
  const { findings, replaced } = readiness;
  const toAccept = findings.filter(({ needsAcceptance }) => needsAcceptance === true);
  const names = [...new Set([...toAccept.map(({ name }) => name), ...allowed.warnings])];
  const overRecovery = findings.filter(({ allowedBy }) => allowedBy === 'allowDrillOverRecovery');
  const machines = mode === 'DRILL' ? replaced.filter(isGivenUp) : [];
  const asksOverRecovery = overRecovery.length > 0 || allowed.overRecovery;
  if (names.length === 0 && machines.length === 0 && !asksOverRecovery) return null;
  return (
    <fieldset class="panel overrides">
      <legend>What you accept</legend>
      {names.map((name) => (
        <Tick
          key={name}
          text={`Accept the warning ${name}`}
          details={toAccept.filter((finding) => finding.name === name).map(({ message }) => message)}
          isTicked={allowed.warnings.includes(name)}
          onTick={(isIn) => setAllowed({ ...allowed, warnings: toggled(allowed.warnings, name, isIn) })}
        />
      ))}
      {asksOverRecovery && (
        <Tick
          text="The drill may end machines of a real recovery"
          details={overRecovery.map(({ message }) => message)}
          isTicked={allowed.overRecovery}
          onTick={(isIn) => setAllowed({ ...allowed, overRecovery: isIn })}
        />
      )}
      {machines.map(({ instanceId, sourceServerId, origin, fate, state }) => (
        <Tick
          key={`${sourceServerId}/${instanceId}`}
          text={`${instanceId} of ${sourceServerId} (${origin}, ${state}) may be ${fate}`}
          isTicked={allowed.instances.includes(instanceId)}
          onTick={(isIn) =>
            setAllowed({ ...allowed, instances: toggled(allowed.instances, instanceId, isIn) })
          }
        />
      ))}
    </fieldset>
  );
};
