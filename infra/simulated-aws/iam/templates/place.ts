/** Where a stack is deployed. */
export interface StackPlace {
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

export interface TemplateResource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** What a template holds, as far as permissions go. */
export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters: Readonly<Record<string, { readonly Default?: unknown }>>;
  readonly Conditions: Readonly<Record<string, unknown>>;
}

/** A resource as it is deployed. */
export interface Deployed {
  readonly logicalId: string;
  readonly type: string;
  readonly ref: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** A template cannot be understood; says where and why. */
export class TemplateError extends Error {
  constructor(stackName: string, message: string) {
    super(`${stackName}: ${message}`);
    this.name = 'TemplateError';
  }
}
