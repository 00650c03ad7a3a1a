#!/usr/bin/env node
import { existsSync } from 'node:fs';

// In the package it is built; in its repository its sources run as they are.
const source = new URL('./command/main.ts', import.meta.url);
const isSource = existsSync(source);
if (isSource) (await import('tsx/esm/api')).register();
await import(isSource ? source.href : './command/main.js');
