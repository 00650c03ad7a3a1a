import * as z from 'zod';

/** An object that refuses fields which it does not know, and says which ones it does know. */
export const strict = <S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `unknown field ${issue.keys.join(', ')}: the fields here are ${Object.keys(shape).join(', ')}`
        : undefined,
  });

export const seconds = (text: string) => z.number().min(0).describe(text);

export const rate = (text: string) => z.number().min(0).max(1).default(0).describe(text);
