#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// In the package it is built; in its repository its sources run as they are.
const source = import.meta.resolve('./command/main.ts');
const isSource = existsSync(fileURLToPath(source));
if (isSource) (await import('tsx/esm/api')).register();
await import(isSource ? source : './command/main.js');
