/** A parameter as a runbook declares it ("Data elements and parameters" of Systems Manager documents). */
export interface RunbookParameter {
  /** `String`, `StringList`, `Boolean`, `List<AWS::EC2::Instance::Id>`, … */
  readonly type: string;
  /** It has no default. */
  readonly isRequired: boolean;
  readonly allowedValues?: readonly string[] | undefined;
  readonly allowedPattern?: string | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly minChars?: number | undefined;
  readonly maxChars?: number | undefined;
}

/** What a runbook is to be told. */
export interface Runbook {
  readonly parameters: Readonly<Record<string, RunbookParameter>>;
}
