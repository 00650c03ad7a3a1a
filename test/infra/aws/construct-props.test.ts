import { expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type { GroundswellHubProps } from '../../../infra/aws/constructs/groundswell-hub.ts';
import type { settingsSchema } from '../../../infra/aws/settings.ts';

type Settings = z.input<typeof settingsSchema>;

it('gives a hub in an app of others a prop for each setting, but for those that are something else there', () => {
  expectTypeOf<keyof GroundswellHubProps>().toEqualTypeOf<
    Exclude<keyof Settings, 'account' | 'region' | 'console' | 'regionSwitch'>
  >();
});
