import type { Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildConsole } from '../../../infra/console-files.ts';
import cdkConfiguration from '../../../cdk.json' with { type: 'json' };
import { createGroundswellApp } from '../../../infra/aws/groundswell-app.ts';

type Properties = Readonly<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any

interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface DeployedResource extends Resource {
  readonly id: string;
  readonly Properties: Properties;
}

const consoleFiles = await buildConsole();

export const synthesise = (groundswell: unknown, validated = false) => {
  const { app, hub, console, targets } = createGroundswellApp({
    validated,
    consoleFiles,
    codeOf: () => Code.fromInline('export const handler = async () => {};'),
    stepCode: () => Code.fromInline('export const handler = async () => {};'),
    // The very flags of a deployment: they change what is synthesised.
    context: { ...cdkConfiguration.context, groundswell },
  });
  const assembly = app.synth();
  const templateOf = (stack: Stack) =>
    assembly.getStackByName(stack.stackName).template as {
      readonly Resources: Readonly<Record<string, Resource>>;
    };
  const resourcesOf = (stack: Stack): readonly DeployedResource[] =>
    Object.entries(templateOf(stack).Resources).map(([id, resource]) => ({
      Properties: {},
      ...resource,
      id,
    }));
  return {
    app,
    templateOf,
    resourcesOf,
    stacks: [hub, ...(console ? [console] : []), ...targets],
    targets,
    hub: resourcesOf(hub),
    console: console === undefined ? [] : resourcesOf(console),
    target: targets[0] === undefined ? [] : resourcesOf(targets[0]),
  };
};

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

export const actionsOf = ({ Action }: Statement): readonly string[] => listOf(Action);
