import type { WaveFact } from '../../../contracts/wave-events.ts';
import { isBeforeCleanUp } from '../../core/domain/closing.ts';
import { targetOfAction, type Wave } from '../../core/domain/wave/wave.ts';
import { quarantineMs } from '../../core/kernel/quarantine.ts';
import type { AutomationService } from '../../core/ports/automation-service.ts';
import type { Clock } from '../../core/ports/clock.ts';
import type { Log } from '../../core/ports/log.ts';
import type { Timers } from '../../core/ports/timers.ts';
import type { ActionInHand } from './in-hand.ts';
import { claimedAction, startIdOf, stillDue } from '../../core/domain/wave/actions.ts';

export interface ClaimKnobs {
  /** By a timer: how long a claim without an outcome is left alone. */
  readonly quarantineMs: number;
  /** Between two looks for what a claim may have started. */
  readonly findAgainMs: number;
  /** A claim about which SSM says nothing for so long is left to people. */
  readonly giveUpMs: number;
}

export const claimKnobs: ClaimKnobs = { quarantineMs, findAgainMs: 10_000, giveUpMs: 3_600_000 };

/** The same for every repeat of one try: SSM starts nothing new under it. */
export const tokenOf = ({ wave, due }: ActionInHand): string => startIdOf(wave, due);

/** Says that somebody outside is about to be asked, before it is. False when somebody else was faster. */
export const claimStart = async (
  { session, due }: ActionInHand,
  said?: Parameters<typeof claimedAction>[2],
): Promise<boolean> => {
  const { facts } = await session.change(
    (wave) => (stillDue(wave, due, 'not started') ? [claimedAction(wave, due, said)] : []),
    'later',
  );
  return facts.length > 0;
};

/** How long ago the claim was made, or its wave stopped, by this machine's clock, in ms. */
export const claimAgeMs = ({ wave, due }: ActionInHand, now: number): number =>
  now - Math.max(due.state?.startedAt ?? now, wave.state.stoppedAt ?? 0);

/** What has a timer of its own: the quarantine of a claim, or facts that nobody has said yet. */
type Awaited = 'quarantine' | 'facts';

/** A stop begins another quarantine: a handler that did not see it may still be asking SSM. */
const nameOf = (inHand: ActionInHand, what: Awaited): string => {
  if (what === 'facts') return `${tokenOf(inHand)}/facts`;
  return `${tokenOf(inHand)}${inHand.wave.state.stopped === undefined ? '' : '/stopped'}`;
};

export const isOver = (inHand: ActionInHand, what: Awaited): boolean =>
  inHand.endedWait === nameOf(inHand, what);

/**
 * Comes back when it has been waited for long enough, and, once it has, again after `laterMs`. The timer's own
 * passing of time tells, since a machine's clock may be minutes ahead.
 */
export const awaitEnd = (
  { timers }: { readonly timers: Timers },
  { quarantineMs }: ClaimKnobs,
  inHand: ActionInHand,
  what: Awaited,
  laterMs: number,
): Promise<void> =>
  timers.ensure(
    { ...inHand.session.wakeFor('run-actions'), endedWait: nameOf(inHand, what) },
    isOver(inHand, what) ? laterMs : quarantineMs,
  );

/** Comes back later, and does not forget meanwhile that its claim's quarantine is over. */
export const comeBack = async (
  ports: { readonly timers: Timers },
  knobs: ClaimKnobs,
  inHand: ActionInHand,
  delayMs: number,
): Promise<number> => {
  if (delayMs > 0 && isOver(inHand, 'quarantine'))
    await awaitEnd(ports, knobs, inHand, 'quarantine', delayMs);
  return delayMs;
};

/** Once whoever made a claim can ask for nothing any more, undefined; else the delay until that is looked at again. */
export const awaitQuarantine = async (
  ports: { readonly timers: Timers },
  knobs: ClaimKnobs,
  inHand: ActionInHand,
): Promise<number | undefined> => {
  if (isOver(inHand, 'quarantine')) return undefined;
  await awaitEnd(ports, knobs, inHand, 'quarantine', knobs.findAgainMs);
  return knobs.findAgainMs;
};

/**
 * EC2 and DRS show a new instance a moment late. Gives the delay until they are asked again; undefined for what they do
 * not say for so long that nobody waits for it any more, such as of an instance that has been terminated since.
 */
export const awaitFacts = async (
  ports: { readonly timers: Timers; readonly clock: Clock },
  knobs: ClaimKnobs,
  inHand: ActionInHand,
): Promise<number | undefined> => {
  const isClaimed = inHand.due.state?.status === 'CLAIMED';
  const isLate = isClaimed
    ? claimAgeMs(inHand, ports.clock.now()) >= knobs.giveUpMs
    : isOver(inHand, 'facts');
  if (isLate) return undefined;
  if (!isClaimed) await awaitEnd(ports, knobs, inHand, 'facts', knobs.findAgainMs);
  return knobs.findAgainMs;
};

/** What nobody says of the facts that an action wants to know. */
export const missingFacts = (unknown: readonly string[]): string =>
  `neither DRS nor EC2 says ${unknown.join(', ')}`;

export type Found =
  | { readonly is: 'started'; readonly automationExecutionId: string }
  /** SSM would show it by now. */
  | { readonly is: 'nothing' }
  | { readonly is: 'unclear' }
  /** SSM has not said for so long that nobody waits any more. */
  | { readonly is: 'unknown'; readonly why: string };

interface FindPorts {
  readonly automation: AutomationService;
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: Timers;
}

/** Looks in SSM for what a claim has started; only looking cannot start anything. */
export const findClaimed = async (
  ports: FindPorts,
  knobs: ClaimKnobs,
  inHand: ActionInHand,
): Promise<Found> => {
  const { session, wave, due } = inHand;
  const clientToken = tokenOf(inHand);
  const unclear = async (): Promise<Found> => {
    await awaitEnd(ports, knobs, inHand, 'quarantine', knobs.findAgainMs);
    return { is: 'unclear' };
  };
  let id: string | undefined;
  try {
    id = await ports.automation.find(targetOfAction(wave.definition, due.action), clientToken);
  } catch (error) {
    const { executionId, waveId } = session;
    const ageMs = claimAgeMs(inHand, ports.clock.now());
    ports.log.warn('SSM does not say whether it started an automation', {
      ...{ executionId, waveId, clientToken, ageMs },
      error: String(error),
    });
    return ageMs >= knobs.giveUpMs ? { is: 'unknown', why: String(error) } : unclear();
  }
  if (id !== undefined) return { is: 'started', automationExecutionId: id };
  return isOver(inHand, 'quarantine') ? { is: 'nothing' } : unclear();
};

const choicesOf = ({
  definition,
  state,
}: Wave): ('retry' | 'skip' | 'cancel' | 'wait' | 'clean-up' | 'keep')[] => {
  if (state.stopped !== undefined) return ['wait'];
  return isBeforeCleanUp(definition.waveId) ? ['clean-up', 'keep'] : ['retry', 'skip', 'cancel'];
};

/** People have to look in SSM. The wave's other work goes on meanwhile. */
export const askAboutClaim = (inHand: ActionInHand, why: string): WaveFact => {
  const { wave, due } = inHand;
  const { account, region } = targetOfAction(wave.definition, due.action);
  const tag = `groundswell:start/${tokenOf(inHand)}`;
  return {
    type: 'OperatorNeeded',
    data: {
      ...{ waveId: wave.definition.waveId, attempt: wave.state.attempt },
      about: 'automation-uncertain',
      why:
        `action ${due.action.actionId} may run in ${account}/${region}: SSM does not say whether it was ` +
        `started (${why}); look there for an automation with the tag ${tag}, and stop it`,
      choices: choicesOf(wave),
    },
  };
};
