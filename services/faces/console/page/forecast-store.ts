import { effect, signal, type ReadonlySignal } from '@preact/signals';
import type { Forecast } from '../../../../contracts/api.ts';
import type { ExecutionView } from '../../../core/view/execution-view.ts';
import { isOver } from '../../../core/view/fold.ts';
import type { Expected } from '../../../core/view/projection.ts';
import { get } from './api.ts';

/** How long each wave should take, by the forecast that the check of the plan tells too; read once the plan is known. */
export const followForecast = (executionId: string, view: ReadonlySignal<ExecutionView | undefined>) => {
  const expected = signal<Expected>(new Map());
  let version = 0;
  const close = effect(() => {
    const known = view.value;
    if (known === undefined || isOver(known) || known.planVersion === version) return;
    version = known.planVersion;
    get<Forecast>(`/executions/${executionId}/forecast`).then(
      ({ waves }) => (expected.value = new Map(waves.map((wave) => [wave.waveId, wave]))),
      // Without it every wave should take what drills usually take.
      () => undefined,
    );
  });
  return { expected, close };
};
