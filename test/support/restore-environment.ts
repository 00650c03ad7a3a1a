import { afterAll } from 'vitest';

// The files of a worker share its environment: what one sets, and what a runtime in it sets, ends with it.
const before = { ...process.env };

afterAll(() => {
  for (const name of Object.keys(process.env))
    if (!(name in before)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});
