import { describe, expect, it } from 'vitest';
import { planHeadKey, planVersionKey } from '../../../../services/core/domain/plan-version.ts';

describe('the versions of a plan', () => {
  it('are kept below the plan, under numbers that sort as they count', () => {
    expect(planHeadKey('shop')).toEqual({ kind: 'plan', id: 'shop' });
    expect(planVersionKey('shop', 7)).toEqual({ kind: 'plan', id: 'shop/000007' });
    const ids = [10, 9, 100, 1].map((version) => planVersionKey('shop', version).id);
    expect([...ids].sort()).toEqual(['shop/000001', 'shop/000009', 'shop/000010', 'shop/000100']);
  });
});
