import type { DomainEvent } from '../../../contracts/catalogue.ts';

/** Events that come in any order and more than once, given on once each and every stream in its order. */
export const createSequencer = (give: (event: DomainEvent) => void): ((event: DomainEvent) => void) => {
  const nextVersion = new Map<string, number>();
  const held = new Map<string, DomainEvent>();
  const giveFrom = (stream: string, version: number): void => {
    const event = held.get(`${stream}@${version}`);
    if (event === undefined) return void nextVersion.set(stream, version);
    held.delete(`${stream}@${version}`);
    give(event);
    giveFrom(stream, version + 1);
  };
  return (event) => {
    const { stream, version } = event.metadata;
    const next = nextVersion.get(stream) ?? 1;
    if (version < next) return;
    held.set(`${stream}@${version}`, event);
    giveFrom(stream, next);
  };
};
