import type { HomewardReader } from '../../services/core/ports/homeward-reader.ts';

/** A place in which nothing was ever recovered. */
export const noWayHome: HomewardReader = {
  servers: async () => [],
  machines: async () => [],
  launchSettings: async () => undefined,
};
