import * as z from 'zod';

/** What a target adds to the requests of its API destination: PutTargets, HttpParameters. */
export const httpParametersSchema = z.object({
  PathParameterValues: z.array(z.string()).optional(),
  HeaderParameters: z.record(z.string(), z.string()).optional(),
  QueryStringParameters: z.record(z.string(), z.string()).optional(),
});
export type HttpParameters = z.output<typeof httpParametersSchema>;
