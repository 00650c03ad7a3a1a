import type { EventBridgeEnvelope } from '../../../../contracts/foreign-events.ts';
import { probeRequested } from '../../../../contracts/probe-event.ts';
import { type ProbeRecord, probeKey, type Reach } from '../probe.ts';
import type { WokenService } from '../../../../contracts/services.ts';
import type { Wake } from '../timers.ts';
import type { CorePorts } from './composition.ts';
import { readRequest } from './read-request.ts';
import { UnprocessableEvent } from './wake-of-event.ts';

const prefix = 'probe:';

export const isProbe = (envelope: EventBridgeEnvelope): boolean =>
  envelope['detail-type'] === probeRequested.name;

export const isProbeTimer = ({ executionId }: Wake): boolean => executionId.startsWith(prefix);

/**
 * The event has come: writes that down, and sets a timer that leads back here. A repeat writes the same once more; a
 * probe that dies in between shows in the command that waits for it, and changes nothing else.
 */
export const answerProbe = async (
  core: CorePorts,
  service: WokenService,
  envelope: EventBridgeEnvelope,
  reach: Reach | undefined,
): Promise<void> => {
  const eventAt = core.clock.now();
  const request = readRequest(probeRequested.data, envelope);
  if ('faults' in request) throw new UnprocessableEvent('A probe without its id.');
  const { probeId } = request.data;
  const key = probeKey(probeId, service);
  if ((await core.store.read(key)) !== undefined) return;
  const reached = await reach?.(core);
  const record: ProbeRecord = {
    ...{ eventAt, recordedAt: core.clock.now() },
    ...(reached !== undefined && { reached }),
  };
  await core.store.write(key, record, 0);
  await core.timers.set({ service, executionId: `${prefix}${probeId}` }, 0);
};

/** The timer has come back too. The record is there as long as somebody waits for it. */
export const completeProbe = async (core: CorePorts, { service, executionId }: Wake): Promise<void> => {
  const key = probeKey(executionId.slice(prefix.length), service);
  const stored = await core.store.read<ProbeRecord>(key);
  if (stored === undefined || stored.body.timerAt !== undefined) return;
  await core.store.write<ProbeRecord>(key, { ...stored.body, timerAt: core.clock.now() }, stored.revision);
};
