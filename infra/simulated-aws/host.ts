import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Cloud } from './cloud/cloud.ts';
import type { LocalClock } from './clock.ts';
import type { Enforcement } from './iam/enforcement.ts';
import type { EnsureTables } from './state/database.ts';
import type { WireRequest, WireResponse } from './wire.ts';

/** What the endpoint answers beside AWS's API. */
export interface Doors {
  /** Answers what its path alone decides, whatever else a request says of itself; undefined for other paths. */
  readonly api: (request: WireRequest) => Promise<WireResponse | undefined>;
  /** Answers requests that are for no service of AWS, such as a browser's; undefined for those it does not know. */
  readonly page: (request: WireRequest) => Promise<WireResponse | undefined>;
  /** Takes over requests whose answer goes on and on; says whether it did. */
  readonly stream: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean;
  close(): void;
}

/** What doors may know of what is behind them. */
export interface Inside {
  readonly clock: LocalClock;
  /** The permissions in force; nothing where all is permitted, and before the services are open. */
  readonly enforcement: () => Enforcement | undefined;
}

/** A product that is embedded in the simulated AWS: what it adds, and what it needs at which point of a start. */
export interface Host {
  /** What `GET /status` says that this is. Default: `simulated-aws`. */
  readonly name?: string;
  /** The source of events whose time can be trusted where the clock's file is lost, beside those of AWS. */
  readonly trustedSource?: string;
  readonly ensureTables?: EnsureTables;
  readonly doors?: (inside: Inside) => Doors;
  /** Told the endpoint once it listens, before any function runs. */
  readonly onListening?: (endpoint: string) => void;
  /** Makes what is to be there before the endpoint says that it is ready. */
  readonly prepare?: (cloud: Cloud) => Promise<void>;
  /** A log group that no account has and that each rule may reach, whatever is permitted. */
  readonly ownLogGroup?: (home: { readonly account: string; readonly region: string }) => string;
}
