import { config } from 'zod';

// The page's policy lets nothing make code of texts, and zod tries whether it may unless it is told. This stands before
// the schemas, which ask when they are made.
config({ jitless: true });
