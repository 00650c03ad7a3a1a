import type {
  AutomationExecution,
  AutomationRequest,
  AutomationStart,
} from '../../services/ports/automation-service.ts';
import type { Prng } from './prng.ts';

interface SimulatedAutomation {
  readonly id: string;
  readonly request: string;
  endsAt: number;
  status: 'succeeded' | 'failed';
}

export interface AutomationsDeps {
  readonly now: () => number;
  readonly prng: Prng;
  readonly isStrange: () => boolean;
  readonly isBusy: () => boolean;
  readonly onRepeat: () => void;
  readonly fail: (invariant: string, what: string) => void;
  readonly onEnd: (id: string, delayMs: number) => void;
}

/** SSM Automation: a client token means one execution for ever, and a repeat with other parameters is an error. */
export const createAutomations = ({
  now,
  prng,
  isStrange,
  isBusy,
  onRepeat,
  fail,
  onEnd,
}: AutomationsDeps) => {
  const byToken = new Map<string, SimulatedAutomation>();
  const byId = new Map<string, SimulatedAutomation>();

  return {
    start(request: AutomationRequest): AutomationStart {
      if (isBusy()) return { status: 'later', message: 'Rate exceeded' };
      const text = `${request.document} ${JSON.stringify(request.parameters)} ${JSON.stringify(request.tags)}`;
      const known = byToken.get(request.clientToken);
      if (known !== undefined) {
        if (known.request !== text) fail('S8', `token ${request.clientToken} came with other parameters`);
        onRepeat();
        return { status: 'started', automationExecutionId: known.id };
      }
      const lastsMs = isStrange() ? 3_600_000 : prng.between(500, 120_000);
      const id = `automation-${byId.size + 1}`;
      const status = prng.chance(0.15) ? 'failed' : 'succeeded';
      const automation: SimulatedAutomation = { id, request: text, endsAt: now() + lastsMs, status };
      byToken.set(request.clientToken, automation);
      byId.set(id, automation);
      onEnd(id, lastsMs);
      if (isStrange()) return { status: 'later', message: 'the answer was lost' };
      return { status: 'started', automationExecutionId: id };
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
      if (automation === undefined || now() >= automation.endsAt) return;
      automation.status = 'failed';
      automation.endsAt = now() + (isStrange() ? 60_000 : 1_000);
    },
    latestEnd: (): number => Math.max(0, ...[...byId.values()].map((automation) => automation.endsAt)),
  };
};
