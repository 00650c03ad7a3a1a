import type { HomewardProgress } from '../../../contracts/wave-events.ts';
import { dateAndTime } from './time-text.ts';

const gib = 1024 ** 3;

/** `3.2 of 8.0 GiB`; empty where nothing is copied. */
export const bytesText = ({
  doneBytes = 0,
  totalBytes = 0,
}: Pick<HomewardProgress, 'doneBytes' | 'totalBytes'>): string =>
  totalBytes === 0 ? '' : `${(doneBytes / gib).toFixed(1)} of ${(totalBytes / gib).toFixed(1)} GiB`;

/** `in sync about 2026-11-23 14:02 UTC`; empty where DRS does not say. */
export const etaText = ({ etaAt }: Pick<HomewardProgress, 'etaAt'>): string =>
  etaAt === undefined ? '' : `in sync about ${dateAndTime(Date.parse(etaAt))} UTC`;

const countsText = (stages: readonly string[]): string =>
  [...new Set(stages)]
    .map((stage) => `${stages.filter((each) => each === stage).length} ${stage}`)
    .join(', ');

/** How far servers are on their way home: their stages, the bytes of those that copy, and when the last is in sync. */
export const homewardText = (servers: readonly HomewardProgress[]): string => {
  const copying = servers.filter(({ totalBytes }) => totalBytes !== undefined);
  const doneBytes = copying.reduce((sum, server) => sum + (server.doneBytes ?? 0), 0);
  const totalBytes = copying.reduce((sum, server) => sum + (server.totalBytes ?? 0), 0);
  const etaAt = copying
    .flatMap((server) => server.etaAt ?? [])
    .sort()
    .at(-1);
  return [
    countsText(servers.map(({ stage }) => stage)),
    bytesText({ doneBytes, totalBytes }),
    etaText({ etaAt }),
  ]
    .filter((part) => part !== '')
    .join(', ');
};
