import * as z from 'zod';
import type { FormTree } from '../protocols/form.ts';

export const treeOf = (form: unknown): FormTree =>
  z.custom<FormTree>((value) => typeof value === 'object').parse(form);

export const pageInput = z.object({
  MaxResults: z.coerce.number().int().min(5).max(1000).optional(),
  NextToken: z.string().optional(),
});
