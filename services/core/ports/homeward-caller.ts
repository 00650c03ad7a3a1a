import type { Target } from '../../../contracts/plan.ts';

/** The calls of DRS by which a failback goes on, beside its launches. Each caller knows those that its role may make. */
export type HomewardOperation =
  | 'ReverseReplication'
  | 'StopReplication'
  | 'TerminateRecoveryInstances'
  | 'DeleteRecoveryInstance'
  | 'DisconnectSourceServer'
  | 'DeleteSourceServer';

/** The answer sorted by what is known of the effect, not by the error's name. */
export type HomewardAnswer =
  | { readonly status: 'accepted' }
  /** DRS cannot now, and did nothing; it may be able to later. */
  | { readonly status: 'conflict'; readonly message: string }
  /** DRS can never, as it is, and did nothing. */
  | { readonly status: 'invalid'; readonly message: string }
  /** Lost, late, throttled, or there is no such thing any more: only a look tells. */
  | { readonly status: 'unknown'; readonly message: string };

/** Makes one call, once: no retry of any kind. */
export interface HomewardCaller {
  /** `id`: of the recovery instance or the source server, as the operation takes it. */
  call(target: Target, operation: HomewardOperation, id: string): Promise<HomewardAnswer>;
}
