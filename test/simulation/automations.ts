import { isDeepStrictEqual } from 'node:util';
import type {
  AutomationExecution,
  AutomationRequest,
  AutomationStart,
} from '../../services/core/ports/automation-service.ts';
import type { RunbookReading } from '../../services/core/ports/runbook-reader.ts';
import { Unavailable } from './luck.ts';
import type { Prng } from './prng.ts';

export interface SimulatedAutomation {
  readonly id: string;
  readonly request: AutomationRequest;
  readonly startedAt: number;
  stopped: boolean;
  endsAt: number;
  status: 'succeeded' | 'failed';
}

export interface AutomationsDeps {
  readonly now: () => number;
  readonly prng: Prng;
  readonly isStrange: () => boolean;
  readonly isBusy: () => boolean;
  readonly onRepeat: () => void;
  readonly onFound: () => void;
  readonly fail: (invariant: string, what: string) => void;
  readonly onEnd: (id: string, delayMs: number) => void;
}

const list = { type: 'StringList', isRequired: false };

/** What every runbook of a drawn plan declares. */
const runbook = { parameters: { wave: list, Values: list, More: list, AutomationAssumeRole: list } };

const listLagMs = 30_000;

/** SSM Automation: a client token means one execution for ever, and a repeat with other parameters is an error. */
export const createAutomations = ({
  now,
  prng,
  isStrange,
  isBusy,
  onRepeat,
  onFound,
  fail,
  onEnd,
}: AutomationsDeps) => {
  const byToken = new Map<string, SimulatedAutomation>();
  const byId = new Map<string, SimulatedAutomation>();

  return {
    start(request: AutomationRequest): AutomationStart {
      if (isBusy()) return { status: 'later', message: 'Rate exceeded' };
      const known = byToken.get(request.clientToken);
      if (known !== undefined) {
        if (!isDeepStrictEqual(known.request, request))
          fail('S8', `token ${request.clientToken} came with other parameters`);
        onRepeat();
        return { status: 'started', automationExecutionId: known.id };
      }
      const lastsMs = isStrange() ? 3_600_000 : prng.between(500, 120_000);
      const id = `automation-${byId.size + 1}`;
      const status = prng.chance(0.15) ? 'failed' : 'succeeded';
      const automation: SimulatedAutomation = {
        ...{ id, request, startedAt: now(), stopped: false, endsAt: now() + lastsMs, status },
      };
      byToken.set(request.clientToken, automation);
      byId.set(id, automation);
      onEnd(id, lastsMs);
      if (isStrange()) return { status: 'later', message: 'the answer was lost' };
      return { status: 'started', automationExecutionId: id };
    },
    find(clientToken: string): string | undefined {
      if (isBusy()) throw new Unavailable('SSM does not answer');
      const automation = byToken.get(clientToken);
      // SSM's list lags behind its starts.
      if (automation === undefined || (now() - automation.startedAt < listLagMs && isStrange()))
        return undefined;
      onFound();
      return automation.id;
    },
    describe(id: string): AutomationExecution | undefined {
      const automation = byId.get(id);
      // SSM may not know an execution yet that it has just started.
      if (automation === undefined || isStrange()) return undefined;
      const isOver = now() >= automation.endsAt;
      return {
        status: isOver ? automation.status : 'running',
        ssmStatus: isOver ? (automation.status === 'failed' ? 'TimedOut' : 'Success') : 'Pending',
        outputs: {},
      };
    },
    stop(id: string): void {
      const automation = byId.get(id);
      if (automation === undefined) return;
      automation.stopped = true;
      if (now() >= automation.endsAt) return;
      automation.status = 'failed';
      automation.endsAt = now() + (isStrange() ? 60_000 : 1_000);
    },
    read: (): RunbookReading => ({ status: 'found', runbook }),
    requestOf: (id: string): AutomationRequest | undefined => byId.get(id)?.request,
    all: (): readonly Readonly<SimulatedAutomation>[] => [...byId.values()],
    latestEnd: (): number => Math.max(0, ...[...byId.values()].map((automation) => automation.endsAt)),
  };
};
