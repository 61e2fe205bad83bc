/** A resource as the program declares it. */
export interface ResourceRequest {
  /** Pulumi's type token, such as `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  /** The resource's logical name. */
  readonly name: string;
  /** The object that it shall be. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Set for an object that is read rather than made: `NAME` or `NAMESPACE/NAME`. */
  readonly id?: string;
}

/** A resource as it is once it exists. */
export interface ResourceResult {
  /** Empty for one that only groups others. */
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** What the program exports. */
export type Outputs = Readonly<Record<string, unknown>>;

/** From the engine to the program's process. */
export type EngineMessage =
  | { readonly type: 'run'; readonly kubeconfig: string; readonly config: Readonly<Record<string, string>> }
  | { readonly type: 'made'; readonly number: number; readonly result: ResourceResult };

/** From the program's process to the engine. */
export type ProgramMessage =
  | { readonly type: 'make'; readonly number: number; readonly request: ResourceRequest }
  | { readonly type: 'done'; readonly outputs: Outputs }
  | { readonly type: 'failed'; readonly message: string };
