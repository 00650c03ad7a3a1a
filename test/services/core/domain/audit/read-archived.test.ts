import { describe, expect, it } from 'vitest';
import { readArchived } from '../../../../../services/core/domain/audit/read-archived.ts';

const executionId = `exec-${'0'.repeat(20)}`;
const metadata = {
  ...{ eventId: `${executionId}@4`, schemaVersion: 1, executionId, causationId: 'cause' },
  ...{ stream: executionId, version: 4, emittedAt: '2026-01-01T00:00:00Z', previousHash: '', hash: 'h' },
};
const data = { decisionId: 'd', by: 'ops', reason: '' };

describe('an archived event', () => {
  it('is the event itself, with all that was said', () => {
    const said = { ...data, more: 1 };
    expect(readArchived({ type: 'ExecutionPaused', detail: { metadata, data: said } })).toEqual({
      event: { type: 'ExecutionPaused', data: said, metadata },
    });
  });

  it('is a request where somebody outside said it, whatever it holds', () => {
    expect(readArchived({ type: 'PauseRequested', detail: undefined })).toEqual({ request: true });
  });

  it.each<[string, string, unknown, string, string]>([
    [
      'has a name that nobody knows',
      'ExecutionForgiven',
      { metadata, data },
      executionId,
      'ExecutionForgiven is no event of the catalogue',
    ],
    ['names no stream', 'ExecutionForgiven', {}, '', 'ExecutionForgiven is no event of the catalogue'],
    [
      'lacks a version',
      'ExecutionPaused',
      { metadata: { ...metadata, version: undefined }, data },
      executionId,
      'ExecutionPaused: ✖ Invalid input: expected number, received undefined\n  → at metadata.version',
    ],
    [
      'lacks who decided',
      'ExecutionPaused',
      { metadata, data: { ...data, by: undefined } },
      executionId,
      'ExecutionPaused at version 4: ✖ Invalid input: expected string, received undefined\n  → at by',
    ],
  ])('is unreadable where it %s', (_name, type, detail, stream, message) => {
    expect(readArchived({ type, detail })).toEqual({
      discrepancy: { kind: 'unreadable', stream, message },
    });
  });
});
