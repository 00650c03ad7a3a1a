import type { Finding } from '../domain/readiness.ts';
import type { SourceServer } from '../ports/recovery-service.ts';

/** A source server's id, wherever it stands in a sentence. */
const ids = /\bs-[0-9a-f]{17}\b/g;

/** Findings in which servers are called by the names that people know, beside the ids by which DRS does. */
export const withServerNames = (
  findings: readonly Finding[],
  servers: readonly Pick<SourceServer, 'sourceServerId' | 'name'>[],
): readonly Finding[] => {
  const names = new Map(servers.map(({ sourceServerId, name }) => [sourceServerId, name]));
  const named = (id: string): string => {
    const name = names.get(id) ?? id;
    return name === id ? id : `${name} (${id})`;
  };
  return findings.map((finding) => ({ ...finding, message: finding.message.replaceAll(ids, named) }));
};
