import { describe, expect, it } from 'vitest';
import { meetsPolicy } from '../../../../services/core/domain/success-policy.ts';

/** `C` and `c` are critical servers, launched or not; `O` and `o` others. */
const servers = (text: string) =>
  Array.from(text, (letter) => ({
    critical: letter.toLowerCase() === 'c',
    launched: letter === letter.toUpperCase(),
  }));

describe('success policy', () => {
  it.each([
    ['all', 'CO', true],
    ['all', 'Co', false],
    ['all', 'cO', false],
    ['all', '', true],
    ['critical', 'CO', true],
    ['critical', 'Co', true],
    ['critical', 'oo', true],
    ['critical', 'cO', false],
    ['critical', 'Cc', false],
    [{ atLeast: 2 }, 'CCo', true],
    [{ atLeast: 2 }, 'CCC', true],
    [{ atLeast: 2 }, 'Coc', false],
    [{ atLeast: 3 }, 'CC', true],
    [{ atLeast: 3 }, 'Cc', false],
    [{ atLeast: 1 }, 'o', false],
    [{ atLeastPercent: 50 }, 'Co', true],
    [{ atLeastPercent: 51 }, 'Co', false],
    [{ atLeastPercent: 66 }, 'CCo', true],
    [{ atLeastPercent: 67 }, 'CCo', false],
    [{ atLeastPercent: 100 }, 'CO', true],
    [{ atLeastPercent: 1 }, 'oo', false],
  ] as const)('%j with %s is met: %s', (policy, text, isMet) => {
    expect(meetsPolicy(policy, servers(text))).toBe(isMet);
  });
});
